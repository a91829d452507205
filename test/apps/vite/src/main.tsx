import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { StreamProvider } from 'use-event-stream';
import { createConnectionStore } from 'use-event-stream/core';
import { Answer } from './Answer.tsx';
import { Book } from './Book.tsx';
import { Job } from './Job.tsx';
import { Latest } from './Latest.tsx';
import { Log } from './Log.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root');

/** Of the other entry, as an app that also reads streams outside of React has it. */
const store = createConnectionStore({ baseUrl: new URL('/api/', location.href) });

createRoot(root).render(
  <StrictMode>
    <StreamProvider store={store}>
      {/* What a test clicks is above what grows: a click goes to a place, and a button must not move away from it. */}
      <Answer />
      <Job />
      <Log />
      <Book />
      <Latest />
    </StreamProvider>
  </StrictMode>,
);
