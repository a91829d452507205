/** Has the stories' own styles follow the toolbar. */
export function applyTheme(theme: unknown): void {
  document.documentElement.dataset['theme'] = theme === 'dark' ? 'dark' : 'light';
}
