/** The panel's own styles, all below `.ues`: what the page has for its own elements is undone first. */
export const css = `
.ues :not(:where(svg *)){all:revert}
.ues{all:initial;color-scheme:inherit;direction:ltr;display:block;
--bg:light-dark(#fff,#14171c);--sunk:light-dark(#f6f7f9,#0e1115);--hover:light-dark(#eef1f5,#1d2229);
--line:light-dark(#e1e5ea,#2a3038);--text:light-dark(#181b20,#e7eaef);--quiet:light-dark(#59626e,#97a1ae);
--accent:light-dark(#0b57d0,#7db2ff);--soft:light-dark(#e6effd,#17283f);--good:light-dark(#0d7a3f,#4ad48a);
--warn:light-dark(#8f5000,#f2b65a);--bad:light-dark(#b3261e,#ff8a80);--key:light-dark(#7b2fb5,#c9a2f5);
--mono:ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,monospace;
color:var(--text);font:12.5px/1.45 system-ui,sans-serif}
.ues[data-theme=light]{color-scheme:light}.ues[data-theme=dark]{color-scheme:dark}
.ues *,.ues *::before{box-sizing:border-box}.ues .ues-mark{width:18px;height:18px}
.ues :is(p,ol,ul,dl,dd,dt,h3,li){margin:0;padding:0;list-style:none;font-size:inherit;line-height:inherit;color:inherit}
.ues :is(code,time){font:11.5px/1.5 var(--mono);background:none;border:0;padding:0;color:inherit}
.ues button,.ues select{font:inherit;color:inherit;margin:0;cursor:pointer}
.ues :focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.ues .ues-opener{position:fixed;right:16px;bottom:16px;z-index:99998;display:flex;align-items:center;gap:6px;height:40px;padding:0 14px 0 11px;border:1px solid var(--line);border-radius:20px;background:var(--bg);box-shadow:0 2px 6px #0002,0 8px 28px #0003;font-weight:600;font-variant-numeric:tabular-nums}
.ues .ues-opener:hover{background:var(--hover)}
.ues .ues-alarm{position:absolute;top:-1px;right:4px;width:10px;height:10px;border-radius:50%;background:var(--warn);border:2px solid var(--bg)}.ues .ues-alarm[data-failed=true]{background:var(--bad)}
.ues .ues-mark{fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linecap:round;flex:none}
.ues .ues-panel{display:flex;flex-direction:column;min-height:0;background:var(--bg);font-variant-numeric:tabular-nums;container-type:inline-size;overflow:hidden}
.ues .ues-floating{position:fixed;inset:auto 0 0;z-index:99999;max-height:100vh;border-top:1px solid var(--line);box-shadow:0 -6px 30px #0000002e}
.ues .ues-embedded{border:1px solid var(--line);border-radius:10px}
.ues .ues-resizer{position:absolute;inset:-4px 0 auto;height:9px;cursor:row-resize;touch-action:none;z-index:1}
.ues .ues-resizer:hover::before,.ues .ues-resizer:focus-visible::before{content:'';position:absolute;inset:3px 0 auto;height:3px;background:var(--accent)}
.ues .ues-toolbar{display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;padding:6px 10px 6px 12px;border-bottom:1px solid var(--line);background:var(--sunk)}
.ues .ues-brand{display:flex;align-items:center;gap:7px;font-size:13px}
.ues .ues-summary{color:var(--quiet)}.ues .ues-summary b{color:var(--text)}.ues .ues-summary i{opacity:.5}
.ues .ues-actions,.ues .ues-group{display:flex;align-items:center;gap:4px;flex-wrap:wrap}.ues .ues-actions{margin-left:auto;gap:4px 8px}
.ues .ues-quiet,.ues .ues-select{color:var(--quiet)}.ues .ues-select{display:flex;align-items:center;gap:5px}
.ues .ues-button,.ues .ues-select select{min-height:26px;padding:0 9px;border:1px solid var(--line);border-radius:6px;background:var(--bg);color:var(--text)}
.ues .ues-button:hover:enabled{background:var(--hover)}
.ues .ues-button:disabled{opacity:.45;cursor:default}
.ues .ues-button[aria-pressed=true]{background:var(--soft);border-color:var(--accent);color:var(--accent);font-weight:600}
.ues .ues-danger:enabled{color:var(--bad)}
.ues .ues-close{border-color:transparent;background:none}
.ues .ues-body{flex:1;min-height:0;display:grid;grid-template-columns:minmax(190px,27%) 1fr}
.ues .ues-list{overflow:auto;border-right:1px solid var(--line);background:var(--sunk)}
.ues .ues-stream{display:grid;grid-template-columns:auto 1fr auto;align-items:center;gap:1px 8px;width:100%;padding:7px 10px 7px 12px;border:0;border-bottom:1px solid var(--line);background:none;text-align:left}
.ues .ues-stream:hover{background:var(--hover)}.ues .ues-stream[aria-current=true]{background:var(--soft);box-shadow:inset 3px 0 var(--accent)}
.ues .ues-stream[data-gone=true] .ues-path{color:var(--quiet);text-decoration:line-through}
.ues .ues-path{font:11.5px/1.5 var(--mono);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.ues .ues-meta{grid-column:2/4;display:flex;flex-wrap:wrap;gap:0 10px;color:var(--quiet);font-size:11.5px}
.ues .ues-dot{width:8px;height:8px;border-radius:50%;background:var(--quiet)}
.ues .ues-dot[data-status=open]{background:var(--good);box-shadow:0 0 0 3px color-mix(in srgb,var(--good) 20%,transparent)}
.ues .ues-dot:is([data-status=connecting],[data-status=reconnecting]){background:var(--warn)}.ues .ues-dot[data-status=failed]{background:var(--bad)}
.ues .ues-flag,.ues .ues-count{display:inline-grid;place-items:center;min-width:16px;height:16px;padding:0 4px;border-radius:8px;background:var(--warn);color:var(--bg);font:700 10.5px/1 system-ui}
.ues .ues-details{display:flex;flex-direction:column;min-width:0;min-height:0}
.ues .ues-head{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;padding:7px 12px 0}
.ues .ues-url{font:600 12px/1.5 var(--mono);overflow-wrap:anywhere}
.ues .ues-facts{display:flex;flex-wrap:wrap;gap:2px 20px;padding:6px 12px 8px}
.ues .ues-facts dt{color:var(--quiet);font-size:10.5px}.ues .ues-facts dd{font-weight:600;min-width:3.5em}
.ues .ues-error{margin:0 12px 8px;padding:5px 10px;border-radius:6px;background:color-mix(in srgb,var(--bad) 9%,var(--bg));color:var(--bad);overflow-wrap:anywhere;flex:none}
.ues .ues-tabs{flex:none;display:flex;gap:2px;padding:0 8px;border-bottom:1px solid var(--line)}
.ues .ues-tabs button{display:flex;align-items:center;gap:6px;padding:5px 9px 6px;border:0;border-bottom:2px solid transparent;background:none;color:var(--quiet)}
.ues .ues-tabs button:hover{color:var(--text)}.ues .ues-tabs button[aria-selected=true]{color:var(--text);border-color:var(--accent);font-weight:600}
.ues .ues-content{flex:1;min-height:0;overflow:auto}
.ues .ues-empty{padding:18px 14px;color:var(--quiet)}
.ues .ues-block{display:grid;grid-template-columns:86px minmax(0,1fr) minmax(0,1fr);gap:0 14px;padding:4px 12px;border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 26px;position:relative;isolation:isolate}
.ues .ues-block:first-child::before{content:'';position:absolute;inset:0;z-index:-1;background:var(--soft);opacity:0;animation:ues-new 1s}@keyframes ues-new{from{opacity:1}}
.ues time{color:var(--quiet)}
.ues .ues-raw span{display:block;overflow-wrap:anywhere;white-space:pre-wrap}.ues .ues-raw b{color:var(--accent);font-weight:600}
.ues .ues-raw [data-field=id] b{color:var(--good)}.ues .ues-raw [data-field=event] b{color:var(--key)}.ues .ues-raw [data-field=retry] b{color:var(--warn)}.ues .ues-raw [data-field=':'],.ues .ues-raw [data-field=':'] b{color:var(--quiet);font-style:italic}
.ues .ues-value{overflow-wrap:anywhere;white-space:pre-wrap}.ues .ues-value [data-kind=key]{color:var(--key)}.ues .ues-value [data-kind=text]{color:var(--good)}.ues .ues-value [data-kind=other]{color:var(--warn)}
.ues .ues-more{margin:8px 12px}
.ues .ues-timeline li{display:grid;grid-template-columns:86px 92px minmax(80px,22%) 1fr;gap:0 10px;padding:3px 12px;border-bottom:1px solid var(--line)}
.ues .ues-what{font-weight:600}.ues .ues-what[data-status=open]{color:var(--good)}.ues .ues-what:is([data-status=reconnecting],[data-status=connecting]){color:var(--warn)}.ues .ues-what[data-status=failed]{color:var(--bad)}.ues .ues-what[data-status=devtools]{color:var(--accent)}
.ues .ues-timeline .ues-path{color:var(--quiet)}.ues .ues-detail{overflow-wrap:anywhere}
.ues .ues-request{padding:10px 12px}.ues .ues-request h3{margin:0 0 4px;font:600 12px/1.5 var(--mono);overflow-wrap:anywhere}
.ues .ues-headers{margin-bottom:14px}.ues .ues-headers div{display:grid;grid-template-columns:minmax(120px,20%) 1fr;gap:10px;padding:2px 0;font:11.5px/1.5 var(--mono)}
.ues .ues-headers dt{color:var(--quiet)}.ues .ues-headers dd{overflow-wrap:anywhere}.ues .ues-headers [data-name=last-event-id] dd{color:var(--good);font-weight:600}
.ues .ues-doctor li{padding:9px 12px;border-bottom:1px solid var(--line);border-left:3px solid var(--warn)}
.ues .ues-doctor .ues-path{margin-left:10px;color:var(--quiet)}.ues .ues-doctor p{color:var(--quiet);max-width:72ch}.ues .ues-doctor code{color:var(--text);background:var(--hover);border-radius:4px;padding:1px 4px}
@container (max-width:640px){
.ues .ues-body{grid-template-columns:1fr;grid-template-rows:auto 1fr}
.ues .ues-list{display:flex;max-height:88px;border-right:0;border-bottom:1px solid var(--line)}
.ues .ues-stream{width:auto;max-width:78cqw;flex:none;border-bottom:0;border-right:1px solid var(--line)}
.ues .ues-summary{margin-left:auto}.ues .ues-toolbar .ues-actions{width:100%;margin:0;gap:4px}.ues .ues-url{display:none}.ues .ues-toolbar .ues-close{margin-left:auto}
.ues .ues-facts{gap:0 14px}.ues .ues-facts div{flex:none;display:flex;gap:5px;align-items:baseline}.ues .ues-facts dd{min-width:0}
.ues .ues-head .ues-actions{margin-left:0}
.ues .ues-block{grid-template-columns:1fr;gap:1px}.ues .ues-block time{font-size:10.5px}.ues .ues-value{padding-left:10px;border-left:2px solid var(--line)}
.ues .ues-timeline li{grid-template-columns:auto 1fr;gap:0 8px}.ues .ues-timeline .ues-path,.ues .ues-detail{grid-column:1/3}
}
@media (prefers-reduced-motion:reduce){.ues .ues-block:first-child::before{animation:none}}
`;
