import { fireEvent as fire, screen, waitFor } from '@testing-library/dom';
import type { ComponentType, ReactElement, ReactNode } from 'react';
import * as ReactDOM from 'react-dom';
import * as utils from 'react-dom/test-utils';
import { onTestFinished } from 'vitest';

/** What the recipes use of Testing Library, on React 17. */
interface LegacyDom {
  render(node: ReactNode, container: Element): void;
  unmountComponentAtNode(container: Element): void;
}

interface LegacyUtils {
  act: (callback: () => void) => void;
}

const legacy: { dom: object; utils: object } = { dom: ReactDOM, utils };
const dom = legacy.dom as LegacyDom;
const { act } = legacy.utils as LegacyUtils;

export { screen, waitFor };

/** Fires within `act`, as Testing Library for React does. */
export const fireEvent = {
  click(element: Element) {
    act(() => {
      fire.click(element);
    });
  },
};

/** Renders, and unmounts when the test is over. */
export function render(
  node: ReactElement,
  { wrapper: Wrapper }: { wrapper: ComponentType<{ children?: ReactNode }> },
) {
  const container = document.body.appendChild(document.createElement('div'));
  const unmount = () => {
    act(() => {
      dom.unmountComponentAtNode(container);
    });
    container.remove();
  };
  onTestFinished(unmount);
  act(() => {
    dom.render(<Wrapper>{node}</Wrapper>, container);
  });
  return { container, unmount };
}
