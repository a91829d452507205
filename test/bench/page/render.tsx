import type { ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';

/** Where the scene is rendered to. */
export function place(): Element {
  const main = document.querySelector('main');
  if (!main) throw new Error('The page has no main element to render to.');
  return main;
}

/** Renders as an application does. */
export function render(node: ReactNode): Root {
  const root = createRoot(place());
  root.render(node);
  return root;
}
