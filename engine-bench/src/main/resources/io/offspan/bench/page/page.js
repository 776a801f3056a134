(function () {
  'use strict';
  var page = document.documentElement;
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var specs = JSON.parse(document.getElementById('charts').textContent);
  var SERIES = ['--own', '--third', '--fourth', '--other'];
  var drawn = [];

  function colour(name) { return getComputedStyle(page).getPropertyValue(name).trim(); }

  function number(value) {
    if (value === null) { return ''; }
    var size = Math.abs(value);
    if (size === 0) { return '0'; }
    if (size >= 100) { return Math.round(value).toLocaleString('en-US'); }
    return value.toFixed(size < 0.1 ? 3 : size < 10 ? 2 : 1);
  }

  // Names and numbers stand above the bars, not beside them, so that bars have the width of the page.
  var captions = {
    id: 'captions',
    afterDatasetsDraw: function (chart) {
      var spec = chart.options.plugins.captions.spec;
      var context = chart.ctx;
      context.save();
      context.textBaseline = 'bottom';
      spec.labels.forEach(function (label, i) {
        var first = chart.getDatasetMeta(0).data[i];
        var top = first.y - first.height / 2 - 3;
        context.font = '13px system-ui, sans-serif';
        context.fillStyle = colour('--ink');
        var value = spec.series.length === 1 ? number(spec.series[0].values[i]) : '';
        var room = chart.chartArea.width - context.measureText(value).width - 10;
        context.textAlign = 'left';
        context.fillText(fit(context, label, room), chart.chartArea.left, top);
        context.textAlign = 'right';
        context.fillText(value, chart.chartArea.right, top);
        if (spec.series.length > 1) { inside(chart, spec, i); }
      });
      context.restore();
    }
  };

  function fit(context, text, room) {
    if (context.measureText(text).width <= room) { return text; }
    while (text.length > 1 && context.measureText(text + '…').width > room) { text = text.slice(0, -1); }
    return text + '…';
  }

  function inside(chart, spec, i) {
    var context = chart.ctx;
    spec.series.forEach(function (series, which) {
      var bar = chart.getDatasetMeta(which).data[i];
      if (series.values[i] === null || !bar) { return; }
      var text = number(series.values[i]);
      context.font = '11px system-ui, sans-serif';
      var fits = chart.chartArea.right - bar.x > context.measureText(text).width + 8;
      context.textBaseline = 'middle';
      context.textAlign = fits ? 'left' : 'right';
      context.fillStyle = fits ? colour('--soft') : colour('--panel');
      context.fillText(text, bar.x + (fits ? 4 : -4), bar.y + 0.5);
      context.textBaseline = 'bottom';
    });
  }

  function datasets(spec) {
    return spec.series.map(function (series, which) {
      return {
        label: series.name,
        data: series.values,
        barThickness: spec.series.length > 1 ? 13 : 12,
        borderRadius: 2,
        minBarLength: 1,
        backgroundColor: spec.labels.map(function (label, i) {
          if (spec.wrong[i]) { return colour('--wrong'); }
          return colour(spec.series.length > 1 ? SERIES[which % SERIES.length] : spec.own[i] ? '--own' : '--other');
        })
      };
    });
  }

  function draw(spec, i) {
    var canvas = document.getElementById('chart-' + i);
    var step = spec.series.length > 1 ? 34 + 15 * spec.series.length : 40;
    canvas.parentNode.style.height = (spec.labels.length * step + 40 + (spec.series.length > 1 ? 30 : 0)) + 'px';
    return new Chart(canvas, {
      type: 'bar',
      data: { labels: spec.labels, datasets: datasets(spec) },
      plugins: [captions],
      options: {
        indexAxis: 'y', animation: false, responsive: true, maintainAspectRatio: false,
        layout: { padding: { top: 12 } },
        scales: {
          x: {
            type: spec.logarithmic ? 'logarithmic' : 'linear', beginAtZero: !spec.logarithmic,
            grid: { color: colour('--line') }, border: { color: colour('--line') },
            ticks: { color: colour('--soft'), maxTicksLimit: 6, callback: ticks(spec) }
          },
          y: { display: false }
        },
        plugins: {
          captions: { spec: spec },
          legend: { display: spec.series.length > 1, align: 'start', labels: { color: colour('--ink'), boxWidth: 12 } },
          tooltip: { callbacks: { label: function (at) { return at.dataset.label + ': ' + number(at.raw) + ' ' + spec.unit; } } }
        }
      }
    });
  }

  function ticks(spec) {
    return function (value) {
      var power = Math.log10(value);
      return spec.logarithmic && Math.abs(power - Math.round(power)) > 1e-9 ? null : Number(value).toLocaleString('en-US');
    };
  }

  function all() {
    drawn.forEach(function (chart) { chart.destroy(); });
    drawn = specs.map(draw);
    page.dataset.scheme = dark.matches ? 'dark' : 'light';
    check();
  }

  function check() {
    var full = drawn.filter(function (chart) {
      var canvas = chart.canvas;
      if (!canvas.width || !canvas.height) { return false; }
      return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(function (part) { return part; });
    }).length;
    page.dataset.charts = full + ' of ' + specs.length;
    page.dataset.requests = String(performance.getEntriesByType('resource').length);
    page.dataset.overflow = String(Math.max(0, page.scrollWidth - page.clientWidth));
  }

  dark.addEventListener('change', all);
  all();
})();
