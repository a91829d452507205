/** The mark of the package: lines that flow one way. */
export const Mark = () => (
  <svg className="ues-mark" viewBox="0 0 20 20" aria-hidden="true">
    <path d="M2 6c4-4 6 4 10 0 2-2 4-1 6 0M2 10c4-4 6 4 10 0 2-2 4-1 6 0M2 14c4-4 6 4 10 0 2-2 4-1 6 0" />
  </svg>
);
