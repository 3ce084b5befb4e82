#include "report/html.hpp"

namespace tilewright {

namespace {

// Sorting: a button of a header sorts its column, up and then down; rows without a value stay last.
// Points: an element with data-t shows that text, and the command in data-c, below the pointer; a click keeps it
// there, so that the command can be copied. A drawing takes the focus, and arrow keys go from point to point.
constexpr const char* script = R"((function () {
  'use strict';
  function value(row, column) {
    var cell = row.cells[column];
    if (!cell) return '';
    return cell.dataset.v !== undefined ? Number(cell.dataset.v) : cell.textContent.trim();
  }
  function compare(a, b, up) {
    if (a === '' || b === '') return (a === '') - (b === '');
    var numbers = typeof a === 'number' && typeof b === 'number';
    var order = numbers ? a - b : String(a).localeCompare(String(b), undefined, {numeric: true});
    return up ? order : -order;
  }
  document.querySelectorAll('table.sortable thead button').forEach(function (button) {
    button.addEventListener('click', function () {
      var header = button.parentElement;
      var table = header.closest('table');
      var up = header.getAttribute('aria-sort') !== 'ascending';
      table.querySelectorAll('th[aria-sort]').forEach(function (th) { th.removeAttribute('aria-sort'); });
      header.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      var rows = Array.from(table.tBodies[0].rows);
      rows.map(function (row, i) { return [value(row, header.cellIndex), i, row]; })
        .sort(function (a, b) { return compare(a[0], b[0], up) || a[1] - b[1]; })
        .forEach(function (item) { table.tBodies[0].appendChild(item[2]); });
    });
  });
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.appendChild(tip);
  var current = null, kept = false;
  function show(point, keep) {
    if (current) current.classList.remove('shown');
    current = point;
    kept = keep;
    point.classList.add('shown');
    tip.textContent = point.dataset.t;
    if (point.dataset.c) {
      var code = document.createElement('code');
      code.textContent = point.dataset.c;
      tip.appendChild(code);
    }
    tip.hidden = false;
    var box = point.getBoundingClientRect();
    var room = document.documentElement.clientWidth;
    var left = Math.max(6, Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, room - tip.offsetWidth - 6));
    var below = box.bottom + 8 + tip.offsetHeight <= window.innerHeight || box.top < tip.offsetHeight + 8;
    tip.style.left = (left + window.scrollX) + 'px';
    tip.style.top = (window.scrollY + (below ? box.bottom + 8 : box.top - 8 - tip.offsetHeight)) + 'px';
  }
  function hide() {
    if (current) current.classList.remove('shown');
    current = null;
    kept = false;
    tip.hidden = true;
  }
  document.querySelectorAll('svg.panel').forEach(function (svg) {
    var points = Array.from(svg.querySelectorAll('[data-t]'));
    if (points.length === 0) return;
    svg.setAttribute('tabindex', '0');
    points.forEach(function (point) {
      point.addEventListener('mouseenter', function () { if (!kept) show(point, false); });
      point.addEventListener('mouseleave', function () { if (!kept) hide(); });
      point.addEventListener('click', function (event) { show(point, true); event.stopPropagation(); });
    });
    svg.addEventListener('focus', function () { if (!kept) show(points[0], false); });
    svg.addEventListener('blur', function () { if (!kept) hide(); });
    svg.addEventListener('keydown', function (event) {
      var step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (!step) return;
      event.preventDefault();
      var at = points.indexOf(current);
      show(points[(at + step + points.length) % points.length], false);
    });
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') hide(); });
  document.addEventListener('click', function (event) { if (kept && !tip.contains(event.target)) hide(); });
})();
)";

}  // namespace

const char* page_script() { return script; }

}  // namespace tilewright
