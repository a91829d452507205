import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import { useEffect, useState, type PropsWithChildren } from 'react';
import { GLOBALS_UPDATED } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { themes } from 'storybook/theming';
import { applyTheme } from './theme.ts';

/** The theme in the page's address; the toolbar tells of every later one. */
const firstTheme = (): string | undefined =>
  /(?:^|;)theme:(\w+)/.exec(new URLSearchParams(location.search).get('globals') ?? '')?.[1];

/** A documentation page in the theme that the toolbar asks for. */
export function DocsPage(props: PropsWithChildren<DocsContainerProps>) {
  const [theme, setTheme] = useState<unknown>(firstTheme);
  useEffect(() => {
    const channel = addons.getChannel();
    const update = ({ globals }: { globals: { theme?: unknown } }) => {
      setTheme(globals.theme);
    };
    channel.on(GLOBALS_UPDATED, update);
    return () => {
      channel.off(GLOBALS_UPDATED, update);
    };
  }, []);
  useEffect(() => {
    applyTheme(theme);
  }, [theme]);
  return <DocsContainer {...props} theme={theme === 'dark' ? themes.dark : themes.light} />;
}
