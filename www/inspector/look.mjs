// How the inspector looks: its own, whatever the app's page looks like; bright or dark, wide or narrow.

export const look = `
:host { all: initial; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }

dialog {
  color-scheme: light dark;
  --ground: #ffffff; --sunken: #f4f1ee; --ink: #241e1b; --quiet: #675a53; --line: #ddd3ca; --edge: #8c7b70;
  --accent: #9a3519; --on-accent: #ffffff; --focus: #1d5fa8; --problem: #9b1b33; --problem-ground: #fde6e9;
  width: min(72rem, 100vw - 2rem); max-width: none; height: min(60rem, 100vh - 2rem); max-height: none;
  margin: auto; padding: 0 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: 12px;
  overflow-y: auto; overscroll-behavior: contain;
  background: var(--ground); color: var(--ink);
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
dialog::backdrop { background: rgb(20 14 10 / 55%); }
@media (prefers-color-scheme: dark) {
  dialog {
    --ground: #211d1a; --sunken: #2b2623; --ink: #f4ece5; --quiet: #bbaca2; --line: #433a34; --edge: #93837a;
    --accent: #ffa180; --on-accent: #331005; --focus: #8cc2ff; --problem: #ffb0bb; --problem-ground: #451c25;
  }
}

header {
  position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: .5rem;
  margin: 0 -1.25rem; padding: .625rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--ground);
}
h2 { flex: 1; margin: 0; font-size: 1.125rem; line-height: 1.25; }
h3, label { margin: 0; font-size: 1em; font-weight: 600; }
p { margin: 0; }

button, select, textarea {
  min-height: 44px; padding: .4rem .9rem; border: 1px solid var(--edge); border-radius: 8px;
  background: var(--ground); color: var(--ink); font: inherit;
}
button { font-weight: 550; cursor: pointer; }
button:hover { background: var(--sunken); }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
button.primary:hover { filter: brightness(1.1); }
button:disabled { border-color: var(--line); color: var(--quiet); cursor: default; }
select, textarea { width: 100%; }
select { padding-inline: .6rem; text-overflow: ellipsis; }
textarea { display: block; margin-block: .375rem; padding: .6rem; resize: vertical; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
textarea, pre, code, td {
  font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .875em;
}

.choices {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
  gap: .5rem 1rem; margin-block: .875rem;
}
.choices label { display: block; margin-bottom: .25rem; }
.facts, .count, .quiet { color: var(--quiet); }
.problem {
  margin-bottom: .75rem; padding: .5rem .75rem; border-radius: 8px; overflow-wrap: anywhere;
  background: var(--problem-ground); color: var(--problem);
}
.problem:empty { display: none; }
.indexes { margin-block: .75rem; }
.indexes:empty { display: none; }
ul { display: flex; flex-wrap: wrap; gap: .375rem; margin: .375rem 0 0; padding: 0; list-style: none; }
li {
  padding: .1rem .6rem; border-radius: 99px; overflow-wrap: anywhere;
  background: var(--sunken); color: var(--quiet);
}
li code { color: var(--ink); font-size: 1em; }

.scroll { max-height: 24rem; overflow: auto; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { position: sticky; top: 0; background: var(--sunken); font-weight: 600; white-space: nowrap; }
td { white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
summary { width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; }
[open] > summary { color: var(--quiet); }
pre {
  width: 26rem; max-width: 70vw; margin: .5rem 0 .25rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1em;
}
.pages { display: flex; align-items: center; gap: .5rem; margin-top: .5rem; }
.pages .count { flex: 1; }
form { margin-block: 1.5rem 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }

@media (max-width: 40rem) {
  dialog { width: 100vw; height: 100vh; height: 100dvh; padding-inline: .875rem; border: 0; border-radius: 0; }
  header { margin-inline: -.875rem; padding-inline: .875rem; }
}
`;
