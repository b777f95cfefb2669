// The style sheet of the report: system fonts, no network, readable wide, narrow, dark-free and printed.
#pragma once

#include <string_view>

namespace unisono::output {

inline constexpr std::string_view k_report_style = R"css(
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --tint: #f6f8fa; --mark: #332288; }
* { box-sizing: border-box; }
html { scroll-behavior: auto; }
body { margin: 0; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink); background: #fff; }
header, main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
main { padding: 0 1.25rem 4rem; }
a { color: var(--mark); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; background: #fff; padding: .5rem 1rem; }
.skip:focus { left: 0; top: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; list-style: none; padding: 0; max-width: none; margin: .75rem 0 0; font-size: .92rem; }
nav a { display: inline-block; padding: .2rem 0; min-height: 24px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.25rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; }
h4 { font-size: .95rem; margin: 1.25rem 0 .35rem; color: var(--soft); font-weight: 600; overflow-wrap: anywhere; }
p, ul, ol { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.claim { border-left: 4px solid var(--mark); padding: .5rem 1rem; background: var(--tint); max-width: 46rem; }
.level { display: inline-block; border: 1px solid var(--mark); color: var(--mark); background: #fff; border-radius: 3px; padding: 0 .45em; font-size: .85em; font-weight: 600; margin-right: .5em; }
.caveat { font-size: .92rem; color: var(--soft); font-style: italic; }
.group { border-top: 1px solid var(--line); margin-top: 1.5rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: .75rem 0; padding: 0; list-style: none; max-width: none; }
.figures li { border: 1px solid var(--line); border-radius: 4px; padding: .5rem .75rem; font-size: .9rem; line-height: 1.4; }
.figures b { display: block; font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.beside { font-size: .88rem; color: var(--soft); }
.source { font-size: .82rem; color: var(--soft); margin: .25rem 0 1rem; }
.ref { font-size: .82rem; }
.scroll { overflow-x: auto; margin: .5rem 0 0; }
table { border-collapse: collapse; font-size: .88rem; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
caption .soft { font-weight: 400; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
tbody th { vertical-align: top; color: var(--ink); font-weight: 400; }
data { white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
td.long { min-width: 13rem; overflow-wrap: anywhere; }
td.word { white-space: nowrap; }
#record table { table-layout: fixed; }
#record th { width: 9rem; }
#record td { overflow-wrap: anywhere; }
dl.method { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .1rem .75rem; margin: .25rem 0 1rem; max-width: 58rem; }
dl.method dt { font-size: .82rem; color: var(--soft); font-weight: 600; }
dl.method dd { margin: 0 0 .2rem; }
dl.sources { display: grid; grid-template-columns: 3rem minmax(0, 1fr); gap: .35rem .25rem; margin: .5rem 0; }
dl.sources dt { font-weight: 600; font-size: .88rem; padding-top: .25rem; }
dl.sources dd { margin: 0; }
details { margin: .35rem 0 1rem; font-size: .88rem; }
summary { cursor: pointer; color: var(--mark); min-height: 24px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--tint); padding: .4rem .6rem; margin: 0; font: .8rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
pre:target { outline: 3px solid var(--mark); }
blockquote { margin: .4rem 0; padding: .3rem .9rem; border-left: 3px solid var(--line); max-width: 46rem; overflow-wrap: anywhere; }
.object { border: 1px solid var(--line); border-radius: 4px; padding: .5rem 1rem .75rem; margin: .75rem 0; break-inside: avoid; }
.objects { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 .75rem; align-items: start; }
.member td:last-child { font-weight: 600; }
figure { margin: 1.25rem 0 .25rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 0 1rem; align-items: start; }
.on-paper { display: none; }
figcaption { font-size: .88rem; color: var(--soft); max-width: 46rem; }
svg { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; background: #fff; }
svg.chart { max-width: 46rem; min-width: 32rem; border: 0; display: block; }
svg text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
.mono, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { font-size: 15px; }
  header, main { padding-left: .9rem; padding-right: .9rem; }
  .claim { padding: .5rem .75rem; }
  dl.method { display: block; }
  .object { padding: .5rem .6rem; }
  .object table { font-size: .8rem; }
}
@page { margin: 16mm 14mm; }
@media print {
  body { font-size: 10pt; }
  header, main { max-width: none; padding: 0; }
  .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  h2, h3, h4, caption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, figure, .claim, .figures li { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  td.long { min-width: 0; }
  th, td { padding-right: .35rem; }
  pre { font-size: 7pt; }
  details, .queries { display: none; }
  .on-paper { display: block; }
  svg.chart { min-width: 0; }
  .pictures, .objects { grid-template-columns: 1fr 1fr; gap: 0 .5rem; }
  .object { font-size: 8.5pt; padding: .25rem .5rem .4rem; margin: .35rem 0; }
  .object table { font-size: 6.5pt; }
  .object th, .object td { padding-top: .1rem; padding-bottom: .1rem; }
  .pictures figure { margin: .5rem 0; }
}
)css";

}  // namespace unisono::output
