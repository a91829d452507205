export { prices as GET } from '../../../stories/server/prices.ts';
