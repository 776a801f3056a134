// Looks at the page as a browser shows it. Arguments: its address, the browser, a folder for pictures.
import {createRequire} from 'node:module';

const [base, browserPath, pictures] = process.argv.slice(2);
const require = createRequire(`${process.cwd()}/`);
const {chromium} = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');
const SMALL = `/trace/${'0'.repeat(31)}1`;
const LARGE = `/trace/${'0'.repeat(31)}9`;
const faults = [];
const figures = {};

function expect(condition, sentence) {
    if (!condition) faults.push(sentence);
}

/** Says what was found. */
function report() {
    for (const fault of [...new Set(faults)].slice(0, 40)) console.log(`  ${fault}`);
    console.log(`GATE page ${Object.entries(figures).map(([name, value]) => `${name}=${value}`).join(' ')} faults=${faults.length} ${faults.length === 0 ? 'PASS' : 'FAIL'}`);
    process.exit(faults.length === 0 ? 0 : 1);
}

// A step that cannot be taken is a fault like any other; what was seen before it is said, too.
process.on('uncaughtException', error => {
    faults.push(`${error.message}`.split('\n')[0]);
    report();
});

const browser = await chromium.launch({executablePath: browserPath, args: ['--no-sandbox']});

/** Opens a window that notes what must not happen in it. */
async function open(options) {
    const context = await browser.newContext({bypassCSP: false, ...options});
    const page = await context.newPage();
    page.on('console', message => {
        // The browser itself says that an answer was a refusal, where one is wanted.
        if (['error', 'warning'].includes(message.type()) && !/status of 40[04]/.test(message.text())) faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => faults.push(`error: ${error.message}`));
    page.on('request', request => expect(request.url().startsWith(`${base}/`) || request.url().startsWith('data:'), `a request to ${request.url()}`));
    page.on('dialog', dialog => {
        faults.push('a dialog');
        dialog.dismiss();
    });
    return page;
}

/** Holds what is shown against the rules for everybody who reads otherwise. */
async function accessible(page, name) {
    // The policy of the page lets no script in from outside; the debugger may.
    const session = await page.context().newCDPSession(page);
    const {readFileSync} = await import('node:fs');
    await session.send('Runtime.evaluate', {expression: readFileSync(axe, 'utf8')});
    const {result} = await session.send('Runtime.evaluate', {expression: 'axe.run().then(found => JSON.stringify(found.violations))', awaitPromise: true});
    for (const fault of JSON.parse(result.value)) {
        if (['serious', 'critical'].includes(fault.impact)) faults.push(`${name}: ${fault.id} at ${fault.nodes.map(node => node.target).slice(0, 3).join(' and ')}: ${fault.nodes[0].failureSummary?.slice(0, 300)}`);
    }
}

/** Shows that no text of a span became anything but text. */
async function harmless(page, name) {
    const found = await page.evaluate(() => [window.hurt === undefined, document.querySelectorAll('img, main script, iframe').length]);
    expect(found[0] && found[1] === 0, `${name}: a text of a span became markup`);
}

async function picture(page, name) {
    await page.screenshot({path: `${pictures}/${name}.png`});
}

for (const colorScheme of ['light', 'dark']) {
    const page = await open({viewport: {width: 1360, height: 800}, colorScheme});
    await page.goto(`${base}/?q=%7B+%7D`);
    await page.waitForSelector('.traces tbody tr');
    expect(await page.locator('.traces tbody tr').count() === 60, 'a search shows 60 traces');
    expect(await page.locator('.scatter circle').count() === 60, 'a search draws 60 dots');
    await harmless(page, 'search');
    await accessible(page, `search, ${colorScheme}`);
    await picture(page, `search-${colorScheme}`);

    await page.goto(`${base}/?view=services`);
    await page.waitForSelector('.red tbody tr');
    expect(await page.locator('.red tbody tr').count() === 7, 'seven services');
    await harmless(page, 'services');
    await accessible(page, `services, ${colorScheme}`);
    await picture(page, `services-${colorScheme}`);

    await page.goto(base + SMALL);
    await page.waitForSelector('.row');
    await page.click('.origin');
    await page.waitForSelector('.details');
    await page.locator('.details').evaluate(panel => panel.querySelectorAll('details').forEach(each => { each.open = true; }));
    await harmless(page, 'trace');
    await accessible(page, `trace, ${colorScheme}`);
    await picture(page, `trace-${colorScheme}`);
    await page.context().close();
}

// The form says what it asks, and the browser's way back leads back.
{
    const page = await open({viewport: {width: 1360, height: 800}});
    await page.goto(`${base}/`);
    await page.waitForSelector('.traces tbody tr');
    await page.fill('input[aria-label=service]', 'cart "x"');
    await page.click('text=+ attribute');
    await page.fill('input[aria-label=attribute]', 'span.http.route');
    await page.fill('input[aria-label=value]', '/cart');
    await page.fill('input[aria-label="at least"]', '100ms');
    await page.check('input[type=checkbox]');
    expect(await page.inputValue('#traceql') === '{ resource.service.name = "cart \\"x\\"" && span.http.route = "/cart" && duration >= 100ms && status = error }',
        `the form asks ${await page.inputValue('#traceql')}`);
    await page.waitForFunction(() => document.querySelectorAll('datalist option').length > 0);
    await page.click('button.main');
    await page.waitForSelector('.traces tbody tr');
    expect(await page.inputValue('input[aria-label=service]') === 'cart "x"', 'the form is as it was');
    await page.fill('#traceql', '{ nonsense }');
    await page.press('#traceql', 'Enter');
    await page.waitForSelector('.failure');
    expect((await page.textContent('.failure')).includes('column 3'), 'a refusal is shown');
    await page.goBack();
    await page.waitForSelector('.traces tbody tr');
    await page.click('.traces a');
    await page.waitForSelector('.row');
    expect(new URL(page.url()).pathname.startsWith('/trace/'), 'a trace has an address');
    await page.goto(`${base}/trace/404`);
    await page.waitForSelector('.none');
    await page.context().close();
}

// 10,000 spans: few rows, no long task while scrolling, and keys.
{
    const page = await open({viewport: {width: 1360, height: 800}});
    await page.goto(base + LARGE);
    await page.waitForSelector('.row');
    expect((await page.textContent('.facts-line')).includes('10,000 spans'), 'all spans are counted');
    // By the processor time of the page's thread, which other programs on this machine do not lengthen: all tasks of a step together.
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', {timeDomain: 'threadTicks'});
    const taken = async () => (await session.send('Performance.getMetrics')).metrics.find(each => each.name === 'TaskDuration').value;
    const seen = {rows: 0, step: 0};
    let before = await taken();
    for (let i = 0; i < 60; i++) {
        const rows = await page.evaluate(async step => {
            const scroller = document.querySelector('.scroller');
            scroller.scrollTop = step % 10 === 9 ? scroller.scrollHeight * step / 60 : scroller.scrollTop + 600;
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            return document.querySelectorAll('.row').length;
        }, i);
        const now = await taken();
        seen.rows = Math.max(seen.rows, rows);
        seen.step = Math.max(seen.step, now - before);
        before = now;
    }
    figures.rows = seen.rows;
    figures.most_ms_of_a_step = Math.round(1000 * seen.step);
    expect(seen.step < 0.05, `a step of scrolling took ${1000 * seen.step} ms of processor time`);
    expect(seen.rows > 0 && seen.rows <= 500, `${seen.rows} rows in the document`);
    await page.focus('.scroller');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.querySelector('.row.selected')?.getAttribute('aria-rowindex') === '10000');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => Number(document.querySelector('.scroller').getAttribute('aria-rowcount')) < 10000);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('.scroller').getAttribute('aria-rowcount') === '10000');
    await page.keyboard.press('e');
    await page.waitForSelector('.row.selected.error');
    await page.keyboard.press('/');
    await page.keyboard.type('cart');
    await page.waitForFunction(() => / of /.test(document.querySelector('.counter').textContent));
    await harmless(page, 'large trace');
    await picture(page, 'trace-of-10000');
    await page.context().close();
}

{
    const page = await open({viewport: {width: 390, height: 800}});
    for (const [name, path] of [['search', '/'], ['trace', SMALL], ['services', '/?view=services']]) {
        await page.goto(base + path);
        await page.waitForSelector('.row, tbody tr');
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(!wide, `${name} is wider than a narrow window`);
        await accessible(page, `narrow ${name}`);
        await picture(page, `${name}-narrow`);
    }
    await page.context().close();
}

await browser.close();
report();
