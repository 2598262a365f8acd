// What comes behind the issuing: hand-over, papers, receipt, the certificate in plain words, its revocation, the ledger (features 15 to 19;
// R-LRA-11). node cards.js CARD-ADDRESS COUNTER-ADDRESS CEREMONY PICTURES ENROL WORK; standard input: {"ready": [three receipt numbers to
// hand over], "csr": one whose key is the subscriber's, "codes": {"sato"}}. Files that the page saves come into WORK.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { byPasskey, check, device, end, equal, hold, launch, person, shown, words } from "./browser.js";

const [cards, counter, folder, pictures, enrol, work] = process.argv.slice(2);
const { ready, csr, codes } = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch();
const run = (...line) => execFileSync(line[0], line.slice(1), { encoding: "utf8" });

async function saved(page, deed, name) {
	const [file] = await Promise.all([page.waitForEvent("download"), deed()]);
	await file.saveAs(`${work}/${name}`);
	return `${work}/${name}`;
}
const push = (page, words_) => page.getByRole("button", { name: words_, exact: true }).click();
const open = (page, address, language, at) => shown(page, () => page.goto(`${address}/?lang=${language}#/${at}`));

// ---- by card: both languages, the same deeds
async function handOver(language, receipt) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, cards, folder, "sato", language);
	const look = (what) => hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
	await shown(page, () => page.goto(`${cards}/?lang=${language}`));
	await shown(page, () => push(page, say["login.card"]));
	await open(page, cards, language, `case/${receipt}`);
	await shown(page, () => page.getByRole("link", { name: say["do.deliver"], exact: true }).click());
	await look("deliver");
	await page.getByLabel(say.fileChannel).fill(say["channel.mailLink"]);
	await page.getByLabel(say.pinChannel).fill(say["channel.mailLink"]);
	await push(page, say.handOverNow);
	await page.locator(".wrong li").first().waitFor();
	equal(`${language}: one channel for both is refused, and what was typed is there (feature 15)`, say["channel.mailLink"], await page.getByLabel(say.fileChannel).inputValue());
	await page.getByLabel(say.pinChannel).fill(say["channel.hand"]);
	const file = await saved(page, () => push(page, say.handOverNow), `${receipt}.p12`);
	await page.getByText(say["done.deliver"]).waitFor();
	check(`${language}: the file is there to be saved again while the page is open`, await page.getByText(say.fileIsHere).isVisible());
	await look("delivered");
	const letter = await saved(page, () => push(page, say.printPinLetter), `${receipt}.pdf`);
	await page.getByText(say["done.pinLetter"]).waitFor();
	const text = run("pdftotext", "-layout", letter, "-");
	const pin = text.match(/[2-9A-Za-z]{4}(-[2-9A-Za-z]{4}){4}/)?.[0];
	check(`${language}: the letter has the receipt number and a PIN without look-alikes (feature 16)`, text.includes(receipt) && pin && !/[0O1lIB8]/.test(pin), text);
	check(`${language}: the file opens with the PIN of the letter, its chain in it (feature 15)`,
		run("openssl", "pkcs12", "-in", file, "-nokeys", "-passin", `pass:${pin}`).split("BEGIN CERTIFICATE").length > 2);
	equal(`${language}: the letter is offered once (feature 16)`, 0, await page.getByRole("button", { name: say.printPinLetter }).count());
	await saved(page, () => push(page, say.printReceipt), `${receipt}-receipt.pdf`);
	await page.locator("summary", { hasText: say.receiptOnPaper }).click();
	await page.locator("#scan").setInputFiles(letter);
	await push(page, say.recordReceipt);
	await page.getByText(say["done.paperReceipt"]).waitFor();
	check(`${language}: a receipt on paper is recorded (feature 17)`, (await page.innerText(".title")).includes(say["state.accepted"]));
	await look("received");
	await context.close();
	return `${work}/${receipt}.p12`;
}

// ---- the certificate in plain words, beside what openssl reads (feature 18)
async function inWords(page, language, look) {
	const say = words[language];
	await shown(page, () => page.locator("section[aria-labelledby=certificates] a").first().click());
	await look("certificate");
	const pem = await saved(page, () => push(page, "PEM"), "one.pem"), der = await saved(page, () => push(page, "DER"), "one.cer");
	equal(`${language}: PEM and DER are the same certificate (feature 18)`, run("openssl", "x509", "-in", pem, "-outform", "PEM"), run("openssl", "x509", "-in", der, "-inform", "DER", "-outform", "PEM"));
	const field = (...more) => run("openssl", "x509", "-in", pem, "-noout", ...more).trim();
	const text = await page.innerText("section[aria-labelledby=plain]"), bare = text.replaceAll(" ", "");
	const serial = field("-serial").split("=")[1], print = field("-fingerprint", "-sha256").split("=")[1].replaceAll(":", "");
	const subject = field("-subject", "-nameopt", "multiline,-esc_msb,utf8").split("\n").slice(1).map((line) => line.split("= ")[1]);
	check(`${language}: openssl reads the same serial number and fingerprint (feature 18)`, bare.includes(serial) && bare.includes(print), text);
	await page.locator("summary", { hasText: say.allFields }).click();
	const all = await page.innerText("section[aria-labelledby=plain]");
	check(`${language}: and the same names (feature 18)`, subject.every((value) => all.includes(value)), `${subject} ${all}`);
	const until = new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(field("-enddate").split("=")[1]));
	check(`${language}: and the same end (feature 18)`, all.includes(until), `${until} ${all}`);
	check(`${language}: the status comes first, in words (feature 18)`, (await page.innerText(".title .badge")).includes(say["status.good"]));
	return serial;
}

async function revoke(page, language, serial, look) {
	const say = words[language];
	await page.getByLabel(say.lifeEvent).selectOption("lostDevice");
	check(`${language}: the event gives its reason, and when it is public (feature 19)`, (await page.innerText("section[aria-labelledby=revoke] .notice")).includes("keyCompromise"));
	check(`${language}: a compromise asks for the time of suspicion (feature 19)`, await page.getByLabel(say.since).isVisible());
	await page.locator("#since").fill(new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 19)); // in Japan
	await push(page, say.readStatement);
	await page.locator(".wrong p").first().waitFor();
	check(`${language}: without a caller nothing is asked (feature 19)`, (await page.innerText(".wrong")).includes(say.callerName));
	await page.getByLabel(say.callerName).fill("髙橋 一郎");
	await page.getByLabel(say.wayDetail).fill("03-0000-0000");
	await page.locator("#serialTail").fill("0000");
	await look("revoke");
	await push(page, say.readStatement);
	await page.getByText(say.wrongTail).waitFor();
	await page.locator("#serialTail").fill(serial.slice(-4));
	await push(page, say.readStatement);
	check(`${language}: what is signed is shown before`, (await page.locator("pre.statement").innerText()).includes("lostDevice"));
	check(`${language}: with the time of suspicion (feature 19)`, (await page.locator("pre.statement").innerText()).includes("invalidityDate"));
	await look("revoke-statement");
	await push(page, say.signByPasskey);
	await page.locator("section[aria-labelledby=revocation]").waitFor();
	check(`${language}: the wrong last four are refused, the right ones revoke (feature 19)`, true);
	await page.locator(".title .badge.bad").waitFor({ timeout: 30_000 });
	check(`${language}: without a click it shows that a CRL has it (feature 19)`, (await page.innerText(".title .badge")).includes(say["status.revoked"]));
	check(`${language}: who asked stands there (feature 19)`, (await page.innerText("section[aria-labelledby=revocation]")).includes("03-0000-0000"));
	await look("revoked");
}

async function byTouch(language, receipt) {
	const say = words[language];
	const { context, page, wrong } = await person(browser, counter, "", null, language);
	const look = (what) => hold(page, `${what} ${language}`, wrong, `${pictures}/${what}-${language}.png`);
	await device(context, page);
	await byPasskey(page, say, { address: counter, name: "sato", code: codes.sato, vouch: () => run(enrol, "sato") });
	await open(page, counter, language, `case/${receipt}`);
	await look("case-certificates");
	await revoke(page, language, await inWords(page, language, look), look);
	await open(page, counter, language, "ledger");
	await look("ledger");
	equal(`${language}: the ledger has every certificate (R-LRA-11)`, ready.length, (await page.locator("tbody tr").count()));
	check(`${language}: the revoked one is marked there`, (await page.innerText(`tr[data-receipt="${receipt}"]`)).includes("!"));
	const csv = readFileSync(await saved(page, () => push(page, say["ledger.csv"]), "ledger.csv"), "utf8");
	check(`${language}: the same as a table for spreadsheets`, ready.every((one) => csv.includes(one)), csv);
	check(`${language}: and as a paper`, run("pdfinfo", await saved(page, () => push(page, say["ledger.pdf"]), "ledger.pdf")).includes("Pages"));
	await context.close();
}

async function plainKey(language) {
	const say = words[language];
	const { context, page } = await person(browser, cards, folder, "sato", language);
	await shown(page, () => page.goto(`${cards}/?lang=${language}`));
	await shown(page, () => push(page, say["login.card"]));
	await open(page, cards, language, `case/${csr}/deliver`);
	equal("a case with the subscriber's own key shows no steps of a PIN (feature 15)", 0, await page.locator("#pinChannel").count());
	await context.close();
}

await handOver("ja", ready[0]);
await handOver("en", ready[1]);
await plainKey("ja");
await byTouch("ja", ready[0]);
await browser.close();
end();
