"""The look of the report: one sheet, light and dark, wide tables scroll inside their own box."""

SHEET = """
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d2129; --soft: #626a76; --line: #dfe2e6;
  --gain: #2a7fb8; --loss: #cf5b3a; --warn: #9a6700; --warn-page: #fff6dc; --accent: #24507a; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1b1f25; --ink: #e4e7eb; --soft: #9aa3ae;
  --line: #323840; --gain: #4ea3dc; --loss: #e27a58; --warn: #e8c268; --warn-page: #2f2a1a; --accent: #8dbbe6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.2rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .4rem 0 .2rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; }
h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; font-weight: 600; }
p, li { max-width: 48rem; overflow-wrap: anywhere; }
.soft, caption, figcaption { color: var(--soft); font-size: .875rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: .6rem 0; list-style: none; }
.facts li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .7rem; font-size: .875rem; }
.notes { background: var(--warn-page); border-left: 3px solid var(--warn); border-radius: 0 6px 6px 0; margin: 1rem 0;
  padding: .6rem 1rem .6rem 2rem; }
.notes li { font-size: .92rem; }
code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.scroll { width: fit-content; max-width: 100%; overflow-x: auto; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; min-width: min(100%, 36rem); font-variant-numeric: tabular-nums;
  font-size: .9rem; }
th, td { padding: .3rem .65rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line);
  line-height: 1.3; }
tr:last-child > * { border-bottom: 0; }
thead th { font-weight: 600; vertical-align: bottom; line-height: 1.25; }
.tall { max-height: 92vh; overflow: auto; }
.tall thead th { position: sticky; top: 0; background: var(--card); z-index: 2; box-shadow: 0 1px var(--line); }
.tall thead th:first-child { z-index: 3; }
th small, td small { display: block; color: var(--soft); font-weight: 400; font-size: .75rem; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); font-weight: 600; z-index: 1; }
.average { border-left: 2px solid var(--line); }
.heat { background: color-mix(in srgb, var(--tone) calc(var(--depth) * 1%), transparent); }
.up { --tone: var(--gain); } .down { --tone: var(--loss); }
.heat small { color: inherit; opacity: .8; }
.u1, .w1 { --depth: 10; } .u2, .w2 { --depth: 20; } .u3, .w3 { --depth: 30; } .u4, .w4 { --depth: 40; }
.u5, .w5 { --depth: 50; } .u6, .w6 { --depth: 60; }
:is(.u1, .u2, .u3, .u4, .u5, .u6) { --tone: var(--gain); }
:is(.w1, .w2, .w3, .w4, .w5, .w6) { --tone: var(--loss); }
:is(.u1, .u2, .u3, .u4, .u5, .u6, .w1, .w2, .w3, .w4, .w5, .w6) {
  background: color-mix(in srgb, var(--tone) calc(var(--depth) * 1%), transparent); }
.mark { color: var(--warn); font-weight: 700; }
.control th, .control td { color: var(--soft); font-weight: 400; font-style: italic; }
.key { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .5rem 0; }
.key span::before { content: ""; display: inline-block; width: .9rem; height: .9rem; border-radius: 3px;
  margin-right: .4rem;
  vertical-align: -.1rem; background: var(--tone); }
details { border: 1px solid var(--line); border-radius: 8px; background: var(--card); margin: .5rem 0; }
details > summary { cursor: pointer; padding: .55rem .9rem; }
details > summary:focus-visible { outline: 2px solid var(--accent); }
details > summary b { margin-right: .5rem; }
details .scroll { width: auto; border-width: 1px 0; border-radius: 0; }
details > summary span { margin-right: .5rem; }
details details { margin: .6rem .9rem; }
td a { color: var(--accent); margin-left: .6rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 1rem 0 .4rem; }
nav a { color: var(--accent); padding: .2rem 0; }
.text { white-space: normal; min-width: 9rem; text-align: left; vertical-align: top; }
.prose th { text-align: left; } .prose tbody th { white-space: normal; min-width: 9rem; vertical-align: top; }
[hidden] { display: none !important; }
button, input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .6rem; }
button { cursor: pointer; }
button:focus-visible, input:focus-visible, td:focus-visible, a:focus-visible { outline: 2px solid var(--accent);
  outline-offset: -2px; }
.sort { all: unset; cursor: pointer; display: block; width: 100%; }
.sort:focus-visible { outline: 2px solid var(--accent); }
.sort:hover, [aria-sort] .sort { color: var(--accent); }
[aria-sort=descending] .sort::after { content: " \\25BE"; } [aria-sort=ascending] .sort::after { content: " \\25B4"; }
.deep td:not(:empty) { cursor: pointer; }
.bar { position: sticky; top: 0; z-index: 5; display: flex; flex-wrap: wrap; gap: .4rem; align-items: center;
  padding: .4rem 0; background: var(--page); }
.bar input { flex: 1 1 8rem; min-width: 0; max-width: 14rem; } .bar output { color: var(--soft); font-size: .875rem; }
.bar ~ * { scroll-margin-top: 3.5rem; }
#panel { position: fixed; z-index: 9; inset: auto 0 0 0; margin: 0 auto; max-width: 60rem; max-height: 60vh;
  overflow: auto;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px 10px 0 0; padding: .8rem 1rem;
  box-shadow: 0 -4px 24px #0003; }
#panel ul { padding-left: 1.2rem; margin: .4rem 0; } #panel a { color: var(--accent); }
#panel:focus-visible { outline: 0; border-color: var(--accent); }
#panel .close { float: right; margin-left: .8rem; }
.cells { display: flex; flex-wrap: wrap; gap: .3rem; max-width: none; }
.copy { flex: none; font-size: .8rem; padding: 0 .5rem; }
.command { display: flex; gap: .6rem; align-items: baseline; margin: .3rem 0; overflow-wrap: anywhere; }
details > p { margin: .6rem .9rem; overflow-wrap: anywhere; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .8rem;
  margin: .6rem 0; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: .5rem .7rem; }
figure svg { display: block; width: 100%; height: auto; }
figure text { fill: var(--soft); font-size: 9px; }
.axis { stroke: var(--line); stroke-width: 1; fill: none; }
.line { fill: none; stroke: var(--tone); stroke-width: 1.6; stroke-linejoin: round; }
.d1 { --dash: 5 2; } .d2 { --dash: 1.5 2; }
.line { stroke-dasharray: var(--dash, none); }
.dot { fill: var(--tone); }
.crowd .line { stroke-width: .8; } .crowd .dot:not(.collapsed) { display: none; }
.dot.collapsed { fill: var(--card); stroke: var(--tone); }
.lines svg { width: 1.5rem; height: .5rem; margin-right: .4rem; }
.key.lines span::before { content: none; }
.s0 { --tone: #7d8590; } .s1 { --tone: #2a7fb8; } .s2 { --tone: #d07a1f; } .s3 { --tone: #2f9464; }
.s4 { --tone: #b2518f; }
.s5 { --tone: #8a6fd1; } .s6 { --tone: #b04a3b; } .s7 { --tone: #5d8f1f; }
@media (max-width: 40rem) { body { padding: .8rem .6rem 3rem; } th, td { padding: .35rem .45rem; }
  h1 { font-size: 1.35rem; } tbody th:first-child { white-space: normal; max-width: 7.5rem; }
  .prose .text { min-width: 15rem; } }
@media print { .bar, nav, #panel { display: none; } details { break-inside: avoid; } .tall { max-height: none; } }
"""
