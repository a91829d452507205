import { serveTabs } from 'use-event-stream/tabs/worker';

serveTabs();
