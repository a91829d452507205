import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import { useEffect, useState, type PropsWithChildren } from 'react';
import { GLOBALS_UPDATED } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { applyTheme, firstChoice, onSystemChange, themeOf, themes } from './theme.ts';

/** A documentation page in the theme that the toolbar, or the system, asks for. */
export function DocsPage(props: PropsWithChildren<DocsContainerProps>) {
  const [choice, setChoice] = useState<unknown>(firstChoice);
  const [, systemChanged] = useState({});
  useEffect(() => {
    const channel = addons.getChannel();
    const update = ({ globals }: { globals: { theme?: unknown } }) => {
      setChoice(globals.theme);
    };
    channel.on(GLOBALS_UPDATED, update);
    const stop = onSystemChange(() => {
      systemChanged({});
    });
    return () => {
      channel.off(GLOBALS_UPDATED, update);
      stop();
    };
  }, []);
  const theme = themeOf(choice);
  useEffect(() => {
    applyTheme(theme);
  }, [theme]);
  return <DocsContainer {...props} theme={themes[theme]} />;
}
