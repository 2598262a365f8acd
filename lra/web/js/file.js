// A document that is handed to the person: kept by the browser under a name, for the browser knows best where.
export function save(name, blob) {
	const address = URL.createObjectURL(blob), link = document.createElement("a");
	link.href = address;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
export const derOf = (pem) => bytesOf(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""));
