// What goes wrong from here on is counted where a test, or a reader, can see it.
(function () {
  var page = document.documentElement;
  page.dataset.errors = '0';
  function failed(what) {
    page.dataset.errors = String(Number(page.dataset.errors) + 1);
    page.dataset.error = String(what);
    var shown = document.getElementById('failure');
    if (shown) { shown.textContent = 'The charts could not be drawn: ' + what + '. The tables are complete without them.'; }
  }
  window.addEventListener('error', function (event) { failed(event.message); });
  window.addEventListener('unhandledrejection', function (event) { failed(event.reason); });
  document.addEventListener('securitypolicyviolation', function (event) { failed('blocked ' + event.blockedURI); });
  var say = console.error;
  console.error = function () { failed(Array.prototype.join.call(arguments, ' ')); say.apply(console, arguments); };
})();
