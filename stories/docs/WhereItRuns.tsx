import rows from './whereItRuns.json';

/** What `npm run where-it-runs` has seen. */
export function WhereItRuns() {
  return (
    <table>
      <thead>
        <tr>
          <th>Where</th>
          <th>What was seen to work</th>
          <th>How to see it</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ where, what, command }) => (
          <tr key={where}>
            <td>{where}</td>
            <td>{what}</td>
            <td>
              <code>{command}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
