import type { ThemeVars } from 'storybook/theming';
import { create } from 'storybook/theming/create';

/** What the toolbar offers: the system's theme, or one of the two. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** The theme that a choice stands for now; what is no choice follows the system. */
export function themeOf(choice: unknown): 'light' | 'dark' {
  if (choice === 'light' || choice === 'dark') return choice;
  return systemIsDark.matches ? 'dark' : 'light';
}

/** The choice in the page's address; the toolbar tells of every later one. */
export const firstChoice = (): string | undefined =>
  /(?:^|;)theme:(\w+)/.exec(new URLSearchParams(location.search).get('globals') ?? '')?.[1];

/** Calls whenever the system changes its theme; returns the way to stop. */
export function onSystemChange(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener);
  return () => {
    systemIsDark.removeEventListener('change', listener);
  };
}

/** Has the stories' own styles follow a choice. */
export function applyTheme(choice: unknown): void {
  document.documentElement.dataset['theme'] = themeOf(choice);
}

const shared = {
  brandTitle: 'use-event-stream',
  brandUrl: './?path=/docs/introduction--docs',
  brandTarget: '_self',
  fontBase: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontCode: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  appBorderRadius: 10,
  inputBorderRadius: 8,
};

/** The looks of the frame and of the pages in it. The colours are those of stories/ui/demo.css. */
export const themes: Readonly<Record<'light' | 'dark', ThemeVars>> = {
  light: create({
    ...shared,
    base: 'light',
    brandImage: './brand-light.svg',
    colorPrimary: '#0a5bd3',
    colorSecondary: '#0a5bd3',
    appBg: '#f5f6f8',
    appContentBg: '#ffffff',
    appPreviewBg: '#ffffff',
    appBorderColor: '#e2e5ea',
    barBg: '#ffffff',
    textColor: '#1a1d21',
    textMutedColor: '#57606a',
  }),
  dark: create({
    ...shared,
    base: 'dark',
    brandImage: './brand-dark.svg',
    colorPrimary: '#6cabff',
    colorSecondary: '#3f8cff',
    appBg: '#0c0e11',
    appContentBg: '#111418',
    appPreviewBg: '#111418',
    appBorderColor: '#262b31',
    barBg: '#111418',
    inputBg: '#16191d',
    textColor: '#e6e9ed',
    textMutedColor: '#9aa4af',
    barTextColor: '#9aa4af',
  }),
};
