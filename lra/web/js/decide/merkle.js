// The root of a tree over statements (RFC 9162, 2.1), counted by the page itself: what is signed is what was shown, whatever a
// server says of it.
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);

// statements: bytes of each, one at least
export async function rootOf(statements) {
	let row = await Promise.all(statements.map((one) => sha256(LEAF, one)));
	while (row.length > 1)
		row = await Promise.all(row.flatMap((one, i) => (i % 2 === 1 ? [] : [i + 1 < row.length ? sha256(NODE, one, row[i + 1]) : one])));
	return row[0];
}
