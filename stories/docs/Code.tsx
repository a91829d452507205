import { Source } from '@storybook/addon-docs/blocks';
import type { ComponentProps } from 'react';
import { useTheme } from 'storybook/theming';

/** The text of a file, in the colours of its page. */
export const Code = (props: ComponentProps<typeof Source>) => (
  <Source {...props} dark={useTheme().base === 'dark'} />
);
