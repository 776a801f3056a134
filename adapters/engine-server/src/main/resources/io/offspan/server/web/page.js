// Which view an address shows, and what all views have in common.

import {Search} from './search.js';
import {Services} from './services.js';
import {TraceView} from './traceview.js';

const THEMES = ['system', 'light', 'dark'];
const main = document.getElementById('view');
const said = document.getElementById('said');
let current = null;

function say(text) {
    said.textContent = text;
}

function navigate(address) {
    history.pushState(null, '', address);
    show();
}

function viewOf(url) {
    const trace = /^\/trace\/([0-9a-fA-F]{1,32})$/.exec(url.pathname);
    if (trace) return ['trace', new TraceView(trace[1].toLowerCase().padStart(32, '0'), url.searchParams, navigate, say)];
    if (url.searchParams.get('view') === 'services') return ['services', new Services(url.searchParams, navigate, say)];
    return ['search', new Search(url.searchParams, navigate, say)];
}

function show() {
    current?.close();
    const [name, view] = viewOf(new URL(location.href));
    current = view;
    document.title = `${view.title} – Offspan`;
    main.className = name;
    main.replaceChildren(view.element);
    for (const link of document.querySelectorAll('nav a')) {
        if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    }
    view.load();
}

function theme(name) {
    document.documentElement.dataset.theme = name;
    const button = document.getElementById('theme');
    button.textContent = {system: 'Auto', light: 'Light', dark: 'Dark'}[name];
    button.title = `Colours: ${name}`;
}

function remembered() {
    try {
        const name = localStorage.getItem('theme');
        return THEMES.includes(name) ? name : 'system';
    } catch {
        return 'system';
    }
}

document.addEventListener('click', event => {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
    main.focus({preventScroll: true});
});

document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.('input, textarea, select')) return;
    if (event.key === '/' && !current.key) {
        event.preventDefault();
        document.getElementById('traceql')?.focus();
    } else if (event.key === 'g') {
        event.preventDefault();
        document.getElementById('lookup-id').focus();
    } else {
        current.key?.(event);
    }
});

document.getElementById('lookup').addEventListener('submit', event => {
    event.preventDefault();
    const field = document.getElementById('lookup-id');
    const given = /^\s*(?:0x)?([0-9a-fA-F]{1,32})\s*$/.exec(field.value) ?? /^\s*[0-9a-f]{2}-([0-9a-f]{32})-/.exec(field.value);
    field.setCustomValidity(given ? '' : 'up to 32 hexadecimal digits, or a traceparent');
    if (given) navigate(`/trace/${given[1].toLowerCase()}`);
    else field.reportValidity();
});
document.getElementById('lookup-id').addEventListener('input', event => event.target.setCustomValidity(''));

document.getElementById('theme').addEventListener('click', () => {
    const next = THEMES[(THEMES.indexOf(remembered()) + 1) % THEMES.length];
    try {
        localStorage.setItem('theme', next);
    } catch {
        // A browser that keeps nothing has the theme for this page alone.
    }
    theme(next);
});

addEventListener('popstate', show);
theme(remembered());
show();
