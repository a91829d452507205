import { addons } from 'storybook/manager-api';
import { GLOBALS_UPDATED, SET_GLOBALS } from 'storybook/internal/core-events';
import { firstChoice, onSystemChange, themeOf, themes } from './theme.ts';

addons.setConfig({
  theme: themes[themeOf(firstChoice())],
  // Accessibility and interactions are a press of A away; no story has controls.
  showPanel: false,
  enableShortcuts: true,
  sidebar: { showRoots: true },
});

addons.register('use-event-stream/theme', (api) => {
  let choice: unknown = firstChoice();
  const apply = () => {
    api.setOptions({ theme: themes[themeOf(choice)] });
  };
  const update = ({ globals }: { globals: { theme?: unknown } }) => {
    choice = globals.theme;
    apply();
  };
  api.on(SET_GLOBALS, update);
  api.on(GLOBALS_UPDATED, update);
  onSystemChange(apply);
});

// The manager names itself in every title.
const rename = () => {
  if (document.title.includes('Storybook'))
    document.title = document.title.replace(/\s*⋅?\s*Storybook/, ' · use-event-stream');
};
new MutationObserver(rename).observe(document.head, {
  childList: true,
  characterData: true,
  subtree: true,
});
rename();
