export { prices as GET } from '../../../server/prices.ts';
