export default function Loading() {
  return <p>Loading the report</p>;
}
