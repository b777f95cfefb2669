// The style sheet of the report: system fonts, no network, readable wide, narrow, dark-free and printed.
#pragma once

#include <string_view>

namespace unisono::output {

inline constexpr std::string_view k_report_style = R"css(
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --tint: #f6f8fa; --mark: #332288; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; color: var(--ink); background: #fff; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1.25rem 0 .35rem; color: var(--soft); font-weight: 600; }
p, ul, ol { margin: .5rem 0; max-width: 46rem; }
.soft { color: var(--soft); }
.claim { border-left: 4px solid var(--mark); padding: .5rem 1rem; background: var(--tint); max-width: 46rem; }
.level { display: inline-block; border: 1px solid var(--mark); color: var(--mark); border-radius: 3px; padding: 0 .45em; font-size: .85em; font-weight: 600; margin-right: .5em; }
.caveat { font-size: .92rem; color: var(--soft); font-style: italic; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; max-width: none; }
.figures li { border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem; }
.figures b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .88rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
td.long { min-width: 15rem; overflow-wrap: anywhere; }
td.word { white-space: nowrap; }
details { margin: .35rem 0 1rem; font-size: .88rem; }
summary { cursor: pointer; color: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--tint); padding: .6rem .8rem; font-size: .82rem; }
blockquote { margin: .4rem 0; padding: .3rem .9rem; border-left: 3px solid var(--line); max-width: 46rem; overflow-wrap: anywhere; }
.object { border: 1px solid var(--line); border-radius: 4px; padding: .5rem 1rem .75rem; margin: .75rem 0; break-inside: avoid; }
.member td { font-weight: 600; }
figure { margin: 1rem 0; }
figcaption { font-size: .88rem; color: var(--soft); max-width: 46rem; }
svg { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; background: #fff; }
.mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  h3, h4 { break-after: avoid; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  details > summary { display: none; }
}
)css";

}  // namespace unisono::output
