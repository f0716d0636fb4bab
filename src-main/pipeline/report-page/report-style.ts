/** The page's style: system fonts, one accent, light and dark by the reader's setting, from a phone to a wide screen. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #f6f5f2; --card: #fffffe; --ink: #1d2125; --soft: #646b73; --line: #e3e1db;
  --accent: #0b6e6e; --good: #1d7a46; --fair: #96650a; --poor: #b3372f; --shade: #eceae4; --shadow: 0 1px 2px #0000000d, 0 6px 20px #0000000a; }
@media (prefers-color-scheme: dark) { :root { --paper: #131517; --card: #1c1f22; --ink: #e9e8e4; --soft: #9aa1a8;
  --line: #2d3135; --accent: #58c4bd; --good: #63c58c; --fair: #e0b04c; --poor: #f0857c; --shade: #25292d; --shadow: none; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 6px 0 14px; text-wrap: balance; }
h2 { font-size: 19px; letter-spacing: -0.01em; margin: 52px 0 4px; }
h2 + p { margin: 0 0 16px; color: var(--soft); max-width: 68ch; }
p { margin: 0 0 10px; }
small, .soft { color: var(--soft); }
.hero { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 40px; align-items: center; }
.hero.alone { grid-template-columns: minmax(0, 1fr); max-width: 72ch; }
.stage-picture { background: radial-gradient(circle at 50% 42%, var(--card), var(--shade)); border-radius: 18px; padding: 12px;
  display: grid; place-items: center; }
.stage-picture img { display: block; max-width: 100%; max-height: 480px; border-radius: 10px; }
.brand { color: var(--soft); font-size: 13px; letter-spacing: 0.02em; }
.badge { display: inline-block; font-size: 12.5px; font-weight: 600; padding: 2px 11px; border-radius: 99px;
  border: 1.5px solid currentColor; margin-top: 18px; }
.good { color: var(--good); } .fair { color: var(--fair); } .poor, .failed { color: var(--poor); }
.verdict li { margin: 5px 0; } .verdict { padding-left: 19px; margin: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 1px; background: var(--line); border: 1px solid var(--line);
  border-radius: 14px; overflow: hidden; margin-top: 36px; }
.figure { flex: 1 1 180px; background: var(--card); padding: 14px 18px 15px; }
.figure b { display: block; font-size: 22px; font-weight: 600; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figure span { color: var(--soft); font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.warning { padding: 14px 18px; margin: 10px 0; border-left: 4px solid var(--fair); }
.warning.failed { border-left-color: var(--poor); color: inherit; }
.warning p { margin: 2px 0 0; color: var(--soft); } .warning code { float: right; margin-left: 12px; }
code { font: 12px/1.5 ui-monospace, "Cascadia Mono", Menlo, monospace; color: var(--soft); overflow-wrap: anywhere; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(400px, 100%), 1fr)); gap: 18px; }
.pairs.tall { grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr)); }
.pair { overflow: hidden; } .pair figcaption, .thumbs figcaption { padding: 8px 14px 10px; font-size: 13px; color: var(--soft); }
figure { margin: 0; }
.slide { position: relative; --cut: 50%; line-height: 0; background: var(--shade); touch-action: pan-y; }
.slide img { width: 100%; display: block; user-select: none; }
.slide .over { position: absolute; inset: 0; height: 100%; clip-path: inset(0 0 0 var(--cut)); }
.slide::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--cut); width: 2px; margin-left: -1px;
  background: #fff; box-shadow: 0 0 4px #0008; pointer-events: none; }
.slide input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.slide:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.slide em { position: absolute; bottom: 8px; font: 600 11px/1 system-ui, sans-serif; color: #fff; background: #000a; padding: 4px 7px;
  border-radius: 5px; pointer-events: none; } .slide em:first-of-type { left: 8px; } .slide em:last-of-type { right: 8px; }
.split { display: grid; grid-template-columns: minmax(0, 460px) minmax(0, 1fr); gap: 36px; align-items: start; }
.plan { width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); border-radius: 14px; display: block; }
.plan .cameras polygon { fill: var(--accent); fill-opacity: 0.28; stroke: var(--accent); stroke-width: 1.2; stroke-linejoin: round; }
.plan .cameras polygon:hover { fill-opacity: 0.9; } .plan .points { opacity: 0.85; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 13px; }
th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); } td:not(:first-child), th:not(:first-child) { text-align: right; }
td.bar { width: 34%; padding-right: 0; } td.bar i { display: block; height: 8px; border-radius: 4px; background: var(--accent); min-width: 2px; }
.thumbs { display: grid; grid-template-columns: repeat(auto-fill, minmax(124px, 1fr)); gap: 12px; }
.thumbs figure { overflow: hidden; } .thumbs img, .thumbs .none { width: 100%; aspect-ratio: 1; object-fit: cover; display: block; background: var(--shade); }
.thumbs .none { display: grid; place-items: center; color: var(--soft); font-size: 12px; }
.thumbs figcaption { padding: 6px 9px 8px; font-size: 12px; line-height: 1.35; overflow-wrap: anywhere; }
.thumbs .out { border-color: var(--poor); } .thumbs .out img { filter: grayscale(1) opacity(0.6); } .thumbs .out b { color: var(--poor); display: block; }
details { margin-top: 40px; } summary { cursor: pointer; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px; margin: 14px 0 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 820px) { .figure { flex-basis: 140px; } main { padding: 24px 16px 48px; } .hero, .split { grid-template-columns: minmax(0, 1fr); gap: 24px; }
  h1 { font-size: 25px; } h2 { margin-top: 40px; } .stage-picture img { max-height: 340px; } }
@media print { .slide input { display: none; } .card, .figures { break-inside: avoid; } }
`;
