/** Whom something goes to, a row of a list of facts each: names and addresses; none where there is nobody. */
export function People({
  people,
}: {
  people: readonly (readonly [name: string, whom: readonly string[]])[];
}) {
  return (
    <>
      {people.map(([name, whom]) =>
        whom.length === 0 ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{whom.join(", ")}</dd>
          </div>
        ),
      )}
    </>
  );
}
