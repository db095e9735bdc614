"use strict";
// The same layers as `aigc-guard verify`, in a browser: no server, no network, Web Crypto only.

const LAYERS = ["bundle", "signature", "digests", "log", "consistency", "c2pa", "labels", "policy", "revocation"];
const EXIT = {verified: 0, tampered: 1, revoked: 1, unmarked: 2, untrusted: 3, incomplete: 4};
const DECIDES = [["failed", "tampered"], ["untrusted", "untrusted"], ["revoked", "revoked"], ["incomplete", "incomplete"]];
const KEYS_FORMAT = "aigc_guard public keys, version 1";
const RELEASE = "https://aigc-guard.dev/attestation/release/v1";
const REVOCATION = "https://aigc-guard.dev/attestation/revocation/v1";
const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const STATEMENT_FILE = "release.dsse.json", PROOF_FILE = "release.proof.json";
const REVOKED_FILE = "release.revoked.dsse.json", REVOCATIONS = "revocations.jsonl";
const LABEL_FILE = "release.aigc-label.json", RECORD_FILE = "release.aigc.json", CREDENTIAL_FILE = "release.c2pa";
const BUNDLE = new Set([STATEMENT_FILE, PROOF_FILE, REVOKED_FILE]);
const FIELDS = ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"];
const SCHEMA_ORG = "https://schema.org/";
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const SPKI = "302a300506032b6570032100";

class Wrong extends Error {}

// ---- bytes ----

const utf8 = text => new TextEncoder().encode(text);
const hex = bytes => Array.from(bytes, one => one.toString(16).padStart(2, "0")).join("");
const unhex = text => Uint8Array.from(text.match(/../g), one => parseInt(one, 16));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hexSha256 = async bytes => hex(await sha256(bytes));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function decoded(bytes) {
  try { return new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(bytes); }
  catch { throw new Wrong("notUtf8"); }
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function unbase64(text) {
  let bytes;
  try { bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0)); }
  catch { throw new Wrong("notBase64"); }
  if (base64(bytes) !== text) throw new Wrong("notBase64");
  return bytes;
}

// RFC 8785: keys by UTF-16 code units, numbers and strings as ECMAScript writes them.
function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value !== null && typeof value === "object") {
    return "{" + Object.keys(value).sort().map(key => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new Wrong("notCanonical");
  return JSON.stringify(value);
}

function fromCanonical(bytes) {
  let value, text;
  try { text = decoded(bytes); value = JSON.parse(text); } catch { throw new Wrong("notCanonical"); }
  if (canonical(value) !== text) throw new Wrong("notCanonical");
  return value;
}

function fromFile(bytes) {
  if (bytes.at(-1) !== 10) throw new Wrong("notCanonical");
  return fromCanonical(bytes.subarray(0, -1));
}

const isRecord = value => value !== null && typeof value === "object" && !Array.isArray(value);
const onlyKeys = (value, names) => isRecord(value) && canonical(Object.keys(value).sort()) === canonical([...names].sort());

// ---- keys, envelopes, notes ----

async function isSigned(raw, message, signature) {
  try {
    const key = await crypto.subtle.importKey("raw", raw, {name: "Ed25519"}, false, ["verify"]);
    return await crypto.subtle.verify({name: "Ed25519"}, key, signature, message);
  } catch (error) {
    if (error.name === "NotSupportedError") throw error;
    return false;
  }
}

async function readKeys(data) {
  if (!isRecord(data) || data.format !== KEYS_FORMAT || !Array.isArray(data.keys)) throw new Wrong("noKeys");
  return Promise.all(data.keys.map(async item => {
    const raw = unbase64(String(item.public_key));
    const id = await hexSha256(joined(unhex(SPKI), raw));
    if (raw.length !== 32 || id !== item.id || !["release", "log"].includes(item.purpose)) throw new Wrong("noKeys");
    return {id, raw, purpose: item.purpose};
  }));
}

function readEnvelope(bytes) {
  const value = fromFile(bytes);
  const signature = value?.signatures?.[0];
  const whole = onlyKeys(value, ["payload", "payloadType", "signatures"]) && value.payloadType === PAYLOAD_TYPE
    && Array.isArray(value.signatures) && value.signatures.length === 1 && onlyKeys(signature, ["keyid", "sig"]);
  if (!whole || typeof signature.keyid !== "string") throw new Wrong("noEnvelope");
  const payload = unbase64(value.payload);
  const head = utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  return {payload, keyId: signature.keyid, signature: unbase64(signature.sig), signed: joined(head, payload)};
}

function readStatement(payload) {
  const value = fromCanonical(payload), names = [];
  const digest = text => { if (!/^[0-9a-f]{64}$/.test(text)) throw new Wrong("noStatement"); return text; };
  if (!onlyKeys(value, ["_type", "subject", "predicateType", "predicate"]) || !Array.isArray(value.subject)
      || value._type !== "https://in-toto.io/Statement/v1" || !isRecord(value.predicate)
      || ![RELEASE, REVOCATION].includes(value.predicateType)) throw new Wrong("noStatement");
  const files = new Map();
  let text = null;
  for (const one of value.subject) {
    if (!onlyKeys(one, ["name", "digest"]) || typeof one.name !== "string") throw new Wrong("noStatement");
    names.push(one.name);
    if (one.name === "text" && onlyKeys(one.digest, ["sha256", "text_nfc_sha256"])) {
      text = {sha256: digest(one.digest.sha256), nfc: digest(one.digest.text_nfc_sha256)};
    } else if (onlyKeys(one.digest, ["sha256"])) files.set(one.name, digest(one.digest.sha256));
    else throw new Wrong("noStatement");
  }
  const inOrder = names.every((name, at) => !at || codePoints(names[at - 1], name) < 0);
  if (!text || !inOrder) throw new Wrong("noStatement");
  return {kind: value.predicateType, files, text, predicate: value.predicate, release: String(value.predicate.release_id ?? "")};
}

function codePoints(one, other) {
  const a = Array.from(one, c => c.codePointAt(0)), b = Array.from(other, c => c.codePointAt(0));
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}

function readNote(text) {
  const cut = text.indexOf("\n\n");
  const body = text.slice(0, cut).split("\n"), rest = text.slice(cut + 2);
  if (cut < 0 || body.length !== 3 || !/^[^\s+]+$/.test(body[0]) || !/^(0|[1-9][0-9]{0,15})$/.test(body[1]) || !rest.endsWith("\n")) {
    throw new Wrong("noCheckpoint");
  }
  const lines = rest.slice(0, -1).split("\n").map(line => /^— ([^\s+]+) ([A-Za-z0-9+\/]+=*)$/.exec(line));
  const root = unbase64(body[2]);
  if (lines.includes(null) || root.length !== 32) throw new Wrong("noCheckpoint");
  return {
    origin: body[0], size: Number(body[1]), root, body: utf8(body.join("\n") + "\n"),
    signatures: lines.map(found => ({name: found[1], value: unbase64(found[2])})),
  };
}

async function noteState(note, keys) {
  let isNamed = false;
  for (const key of keys.filter(one => one.purpose === "log")) {
    const own = (await sha256(joined(utf8(note.origin + "\n"), new Uint8Array([1]), key.raw))).subarray(0, 4);
    for (const line of note.signatures) {
      if (!same(line.value.subarray(0, 4), own)) continue;
      isNamed = true;
      if (line.name === note.origin && await isSigned(key.raw, note.body, line.value.subarray(4))) return "signed";
    }
  }
  return isNamed ? "forged" : "unknown";
}

// RFC 6962: the way from a leaf up to the root.
async function includes(leaf, index, size, hashes, root) {
  if (index >= size) return false;
  const node = (left, right) => sha256(joined(new Uint8Array([1]), left, right));
  let at = BigInt(index), last = BigInt(size) - 1n, own = leaf;
  for (const hash of hashes) {
    if (last === 0n || hash.length !== 32) return false;
    if (at & 1n || at === last) {
      own = await node(hash, own);
      while (at && !(at & 1n)) { at >>= 1n; last >>= 1n; }
    } else own = await node(own, hash);
    at >>= 1n; last >>= 1n;
  }
  return last === 0n && same(own, root);
}

// ---- what a file says of itself ----

function readLabel(text) {
  let value;
  try { value = JSON.parse(text); } catch { throw new Wrong("noLabel"); }
  if (isRecord(value) && canonical(Object.keys(value)) === '["AIGC"]') value = value.AIGC;
  return checkedLabel(value);
}

function checkedLabel(value) {
  const whole = isRecord(value) && canonical(Object.keys(value)) === canonical(FIELDS)
    && FIELDS.every(name => typeof value[name] === "string" && /^[\x21-\x7e]*$/.test(value[name]))
    && FIELDS.slice(0, 3).every(name => value[name]) && ["1", "2", "3"].includes(value.Label);
  if (!whole) throw new Wrong("noLabel");
  return value;
}

function parsedPage(bytes) {
  // A parser takes a carriage return for a line feed; the signed text knows the difference.
  const page = new DOMParser().parseFromString(decoded(bytes).replaceAll("\r", "&#13;"), "text/html");
  const labels = Array.from(page.querySelectorAll("meta[name]")).filter(one => one.name.toUpperCase() === "AIGC");
  return {page, labels, links: page.querySelectorAll('link[rel="c2pa-manifest"]')};
}

function readHtml(bytes) {
  const {page, labels, links} = parsedPage(bytes);
  const texts = page.querySelectorAll("main"), linked = [];
  for (const script of page.querySelectorAll("script")) {
    if (script.type !== "application/ld+json") throw new Wrong("script");
    linked.push(script.textContent);
  }
  const read = position => Array.from(page.querySelectorAll(`p[data-label="${position}"]`), one => one.textContent);
  const head = read("head"), tail = read("tail");
  if (texts.length !== 1 || links.length > 1 || linked.length > 1) throw new Wrong("moreOnPage");
  const text = texts[0].textContent;
  for (const one of page.querySelectorAll("main, p[data-label]")) one.remove();
  if (page.body.textContent.trim()) throw new Wrong("moreOnPage");
  let source = "";
  if (linked.length) {
    try { source = String(JSON.parse(linked[0]).digitalSourceType ?? ""); } catch { throw new Wrong("noLabel"); }
    source = source.startsWith(SCHEMA_ORG) ? source.slice(SCHEMA_ORG.length) : source;
  }
  return {text, head, tail, labels: labels.map(one => readLabel(one.content)), source};
}

function around(notices, mark, joint) {
  const lines = names => names.map(line => mark + line).join(joint);
  return [notices.head.length ? lines(notices.head) + "\n\n" : "", (notices.tail.length ? "\n\n" + lines(notices.tail) : "") + "\n"];
}

function between(content, [head, tail]) {
  if (content.length < head.length + tail.length || !content.startsWith(head) || !content.endsWith(tail)) throw new Wrong("otherLabels");
  return content.slice(head.length, content.length - tail.length);
}

function frontLabel(content) {
  const front = /^---\n([\s\S]*?\n)---\n\n/.exec(content);
  if (!front || !/^AIGC\s*:/m.test(front[1])) return [null, content];
  const lines = front[1].trimEnd().split("\n"), label = {};
  if (lines[0] !== "AIGC:") throw new Wrong("noLabel");
  for (const line of lines.slice(1)) {
    const found = /^ {2}([A-Za-z0-9]+): (".*")$/.exec(line);
    if (!found || found[1] in label) throw new Wrong("noLabel");
    try { label[found[1]] = JSON.parse(found[2]); } catch { throw new Wrong("noLabel"); }
  }
  return [checkedLabel(label), content.slice(front[0].length)];
}

function readText(form, bytes, notices, labelFile) {
  if (form === "html") return readHtml(bytes);
  const content = decoded(bytes);
  if (form === "md") {
    const [label, rest] = frontLabel(content);
    return {text: between(rest, around(notices, "> ", "\n>\n")), ...notices, labels: label ? [label] : []};
  }
  const labels = labelFile ? [readLabel(decoded(labelFile))] : [];
  return {text: between(content, around(notices, "", "\n")), ...notices, labels};
}

const noticesOf = wanted => ({
  head: Array.isArray(wanted?.head) ? wanted.head.map(String) : [],
  tail: Array.isArray(wanted?.tail) ? wanted.tail.map(String) : [],
});

async function bearsMarks(name, bytes) {
  if (BUNDLE.has(name) || [RECORD_FILE, LABEL_FILE, CREDENTIAL_FILE].includes(name)) return true;
  const form = name.split(".").pop().toLowerCase();
  try {
    if (form === "html") { const found = parsedPage(bytes); return found.labels.length + found.links.length > 0; }
    if (form === "md") return frontLabel(decoded(bytes))[0] !== null;
    if (form === "pdf") return latin(bytes).includes("/AIGC");
    if (form === "docx") return (await zipped(bytes, "docProps/custom.xml")).includes('name="AIGC"');
  } catch (error) { if (!(error instanceof Wrong)) throw error; }
  return false;
}

const latin = bytes => new TextDecoder("latin1").decode(bytes);

async function zipped(bytes, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return "";
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    const [nameLength, extra, comment] = [28, 30, 32].map(place => view.getUint16(at + place, true));
    if (latin(bytes.subarray(at + 46, at + 46 + nameLength)) === name) {
      const local = view.getUint32(at + 42, true);
      const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const data = bytes.subarray(begin, begin + view.getUint32(at + 20, true));
      if (view.getUint16(at + 10, true) === 0) return latin(data);
      const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      return latin(new Uint8Array(await new Response(stream).arrayBuffer()));
    }
    at += 46 + nameLength + extra + comment;
  }
  return "";
}

// ---- layers ----

const layer = (name, status, message = "", ...filled) => ({name, status, message, filled});

// Files by name (Uint8Array); keys as readKeys gives them.
async function verify(files, keys) {
  const found = [], about = {};
  const stop = () => ({...about, layers: [...found, ...LAYERS.slice(found.length).map(name => layer(name, "skipped"))]});
  const renamed = [...files.keys()].find(name => name.endsWith(".dsse.json") && !name.endsWith(".revoked.dsse.json"));
  const stem = renamed ? renamed.slice(0, -".dsse.json".length) : "release";
  const at = name => files.get(stem + name.slice("release".length)) ?? files.get(name);
  const isBundle = name => BUNDLE.has(name) || BUNDLE.has("release" + name.slice(stem.length)) || name === REVOCATIONS;
  const given = new Map([...files].filter(([name]) => !isBundle(name)));
  if (!at(STATEMENT_FILE)) {
    let marked = false;
    for (const [name, bytes] of files) marked ||= await bearsMarks(name, bytes);
    found.push(marked ? layer("bundle", "incomplete", "marksAlone") : layer("bundle", "unmarked", "unmarked"));
    return stop();
  }
  let envelope, statement;
  try {
    envelope = readEnvelope(at(STATEMENT_FILE));
    statement = readStatement(envelope.payload);
    if (statement.kind !== RELEASE) throw new Wrong("noStatement");
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    found.push(layer("bundle", "failed", error.message));
    return stop();
  }
  found.push(layer("bundle", "passed", "release", statement.release));
  Object.assign(about, {release: statement.release, key: envelope.keyId, at: String(statement.predicate.released_at ?? "")});
  found.push(await signatureLayer(envelope, keys));
  if (found[1].status !== "passed") return stop();
  const statementSha256 = await hexSha256(envelope.payload);
  const form = String(statement.predicate.content?.form ?? ""), own = `release.${form}`;
  let textFile = given.get(own);
  const others = [...given.keys()].filter(name => !statement.files.has(name));
  if (!textFile && others.length === 1 && others[0].endsWith(`.${form}`)) textFile = given.get(others[0]);
  found.push(await digestLayer(statement, given, others, form, textFile));
  found.push(await logLayer(at(PROOF_FILE), statement, statementSha256, keys));
  found.push(layer("consistency", "skipped", "noOlder"));
  found.push(layer("c2pa", "skipped", statement.predicate.labels?.c2pa ? "credentialsElsewhere" : "noCredentials"));
  found.push(await labelLayer(statement, form, textFile, given.get(LABEL_FILE)));
  found.push(layer("policy", "skipped", "noPolicies"));
  found.push(await revocationLayer(statement, at(REVOKED_FILE), files.get(REVOCATIONS), keys));
  return stop();
}

async function signatureLayer(envelope, keys) {
  const own = keys.filter(key => key.purpose === "release"), short = envelope.keyId.slice(0, 16);
  if (!own.length) return layer("signature", "untrusted", "noKeyPinned");
  const named = own.filter(key => key.id === envelope.keyId), holds = [];
  for (const key of own) if (await isSigned(key.raw, envelope.signed, envelope.signature)) holds.push(key);
  if (named.length && canonical(named.map(key => key.id)) === canonical(holds.map(key => key.id))) {
    return layer("signature", "passed", "byKey", short);
  }
  if (named.length || holds.length) return layer("signature", "failed", "notSigned", short);
  return layer("signature", "untrusted", "strangerKey", short);
}

async function digestLayer(statement, given, others, form, textFile) {
  const here = new Map();
  for (const [name, bytes] of given) here.set(name, await hexSha256(bytes));
  const signed = new Set(statement.files.values());
  const wrong = others.length === 1 && !given.has(`release.${form}`) && signed.has(here.get(others[0])) ? [] : [...others];
  for (const [name, digest] of statement.files) if (here.has(name) && here.get(name) !== digest) wrong.push(name);
  if (wrong.length) {
    const isSame = textFile && await isSameText(statement, form, textFile);
    return layer("digests", "failed", isSame ? "sameText" : "otherBytes", [...new Set(wrong)].sort().join(", "));
  }
  const count = [...statement.files.values()].filter(digest => [...here.values()].includes(digest)).length;
  return layer("digests", "passed", "asSigned", count, statement.files.size);
}

async function isSameText(statement, form, bytes) {
  if (!["html", "md", "txt"].includes(form)) return false;
  try {
    const plain = utf8(decoded(bytes).replaceAll("\r\n", "\n"));
    const {text} = readText(form, plain, noticesOf(statement.predicate.labels));
    const flat = text.normalize("NFC").replace(BLANKS, " ").replace(/^ | $/g, "");
    return await hexSha256(utf8(flat)) === statement.text.nfc;
  } catch (error) { if (!(error instanceof Wrong)) throw error; return false; }
}

async function logLayer(bytes, statement, statementSha256, keys) {
  if (!bytes) return layer("log", "incomplete", "noProof");
  let value, note, entry, event, hashes;
  try {
    value = fromFile(bytes);
    const whole = onlyKeys(value, ["format", "entry", "index", "size", "hashes", "checkpoint"])
      && value.format === "aigc_guard log proof, version 1" && Array.isArray(value.hashes)
      && Number.isSafeInteger(value.index) && Number.isSafeInteger(value.size) && value.index >= 0;
    if (!whole) throw new Wrong("noLogProof");
    note = readNote(String(value.checkpoint));
    entry = unbase64(value.entry);
    hashes = value.hashes.map(unbase64);
    event = fromCanonical(entry);
    if (!isRecord(event) || event.seq !== value.index + 1) throw new Wrong("noLogProof");
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return layer("log", "failed", error.message);
  }
  const number = value.index + 1;
  if (event.kind !== "release.published" || event.body?.release !== statement.release
      || event.body?.statement_sha256 !== statementSha256) return layer("log", "failed", "otherEntry", number);
  const state = await noteState(note, keys);
  if (state === "forged") return layer("log", "failed", "forgedNote");
  if (state === "unknown") return layer("log", "untrusted", "strangerNote");
  const leaf = await sha256(joined(new Uint8Array([0]), entry));
  const holds = note.size === value.size && await includes(leaf, value.index, value.size, hashes, note.root);
  return holds ? layer("log", "passed", "inLog", number, value.size) : layer("log", "failed", "notInLog", number);
}

async function labelLayer(statement, form, bytes, labelFile) {
  if (!bytes) return layer("labels", "incomplete", "noText");
  if (!["html", "md", "txt"].includes(form)) return layer("labels", "skipped", "labelsElsewhere");
  if (statement.files.has(LABEL_FILE) && !labelFile) return layer("labels", "incomplete", "noLabelFile");
  const wanted = statement.predicate.labels ?? {};
  let found;
  try { found = readText(form, bytes, noticesOf(wanted), statement.files.has(LABEL_FILE) ? labelFile : null); }
  catch (error) { if (!(error instanceof Wrong)) throw error; return layer("labels", "failed", error.message); }
  const label = found.labels.length === 1 ? found.labels[0] : null;
  const holds = {
    head: canonical(found.head) === canonical(wanted.head ?? null),
    tail: canonical(found.tail) === canonical(wanted.tail ?? null),
    gb45438: found.labels.length < 2 && canonical(label) === canonical(wanted.gb45438 ?? null),
    digital_source_type: form !== "html" || found.source === (wanted.digital_source_type ?? null),
    text: await hexSha256(utf8(found.text)) === statement.text.sha256,
  };
  const differ = Object.keys(holds).filter(name => !holds[name]);
  return differ.length ? layer("labels", "failed", "labelsDiffer", differ.join(", ")) : layer("labels", "passed", "labelsHold");
}

async function revocationLayer(statement, own, listed, keys) {
  const found = own ? [own] : [];
  if (listed) {
    let begin = 0;
    listed.forEach((byte, at) => { if (byte === 10) { found.push(listed.subarray(begin, at + 1)); begin = at + 1; } });
    if (begin < listed.length) found.push(listed.subarray(begin));
  }
  if (!own && !listed) return layer("revocation", "skipped", "noList");
  for (const bytes of found) {
    try {
      const envelope = readEnvelope(bytes), taken = readStatement(envelope.payload);
      let holds = false;
      for (const key of keys) {
        if (key.purpose === "release" && key.id === envelope.keyId) holds ||= await isSigned(key.raw, envelope.signed, envelope.signature);
      }
      if (taken.kind !== REVOCATION || !holds) throw new Wrong("strangerRevocation");
      if (taken.release === statement.release) return layer("revocation", "revoked", "revokedAt", String(taken.predicate.at ?? ""));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return layer("revocation", "failed", error.message);
    }
  }
  return layer("revocation", "passed", "notRevoked", found.length);
}

function stateOf(layers) {
  const shown = new Set(layers.map(one => one.status));
  if (shown.has("unmarked")) return "unmarked";
  if (layers[1].status === "untrusted") return "untrusted";
  return DECIDES.find(([status]) => shown.has(status))?.[1] ?? "verified";
}

// ---- the page ----

const WORDS = {
  title: ["Where does this file come from?", "这个文件从何而来？"],
  lead: ["Nothing leaves your computer: the page has no server and opens no connection.", "任何内容都不会离开您的电脑：本页没有服务器，也不建立任何连接。"],
  drop: ["Drop the released file here, with the files that lay beside it (release.dsse.json, release.proof.json and the rest of the folder). A file with the producer's public keys can come along.", "请把发布的文件连同与它放在一起的文件（release.dsse.json、release.proof.json 以及文件夹中的其余文件）拖到这里。也可以一并放入发布者的公钥文件。"],
  limits: ["PDF and DOCX are checked by digest, statement and log; labels inside them and content credentials are read by aigc-guard verify. No credential says nothing about who wrote a text: anybody can take marks off.", "PDF 和 DOCX 按摘要、声明和日志核验；其内部的标识和内容凭证由 aigc-guard verify 读取。没有凭证并不说明文本由谁所写：任何人都可以去掉标记。"],
  pinnedPage: ["Pinned: {0} public keys that came with this page.", "已固定：随本页提供的 {0} 个公钥。"],
  pinnedFile: ["Pinned: {0} public keys from {1}.", "已固定：来自 {1} 的 {0} 个公钥。"],
  pinnedNone: ["No public keys are pinned: add the producer's keys file, which you have from the producer and not from beside the release.", "未固定任何公钥：请加入发布者的公钥文件；它应来自发布者本人，而不是与发布文件放在一起的那一份。"],
  about: ["Release {0}, {1}", "发布 {0}，{1}"],
  unable: ["This browser has no Ed25519 (Web Crypto): use a newer one.", "此浏览器不支持 Ed25519（Web Crypto）：请使用较新的浏览器。"],
  unread: ["A file can't be read.", "有文件无法读取。"],
  verified: ["Verified.", "已验证。"], tampered: ["Tampered with, or not what it says it is.", "已被改动，或并非它所声称的文件。"],
  revoked: ["Revoked: its producer took it back.", "已撤回：发布者收回了它。"],
  unmarkedVerdict: ["No credential present: nothing is said about where it comes from.", "没有凭证：无法说明其来源。"],
  untrusted: ["Untrusted: no pinned key signed it.", "不可信：不是由任何已固定的密钥签署。"],
  incomplete: ["Incomplete: something that is needed is not here.", "不完整：缺少所需的内容。"],
  "layer.bundle": ["Bundle", "证明包"], "layer.signature": ["Signature", "签名"], "layer.digests": ["Digests", "摘要"],
  "layer.log": ["Log", "日志"], "layer.consistency": ["Consistency", "一致性"], "layer.c2pa": ["Content credentials", "内容凭证"],
  "layer.labels": ["Labels", "标识"], "layer.policy": ["Policy", "策略"], "layer.revocation": ["Revocation", "撤回"],
  "status.passed": ["passed", "通过"], "status.failed": ["failed", "未通过"], "status.untrusted": ["untrusted", "不可信"],
  "status.incomplete": ["incomplete", "不完整"], "status.revoked": ["revoked", "已撤回"], "status.unmarked": ["unmarked", "无标记"],
  "status.skipped": ["skipped", "略过"],
  notUtf8: ["it is not UTF-8", "不是 UTF-8"], notBase64: ["it is not strict base64", "不是严格的 base64"],
  notCanonical: ["it is not canonical JSON", "不是规范 JSON"], noKeys: ["it holds no public keys of this program", "其中没有本程序的公钥"],
  noEnvelope: ["it is no envelope with one signature", "不是带一个签名的信封"], noStatement: ["it is no statement about a release", "不是关于发布的声明"],
  noCheckpoint: ["it is no signed checkpoint", "不是已签名的检查点"], noLogProof: ["it is no proof of the log", "不是日志证明"],
  noLabel: ["the AIGC label can't be read", "无法读取 AIGC 标识"], script: ["the page holds a script", "页面含有脚本"],
  moreOnPage: ["the page does not hold exactly one text and its labels", "页面并非恰好含一篇文本及其标识"],
  otherLabels: ["the labels are not the signed ones", "标识并非所签署的标识"],
  marksAlone: ["it bears a release's marks, and the statement is not here", "带有发布标记，但声明不在此处"],
  unmarked: ["no credential present", "没有凭证"], release: ["release {0}", "发布 {0}"],
  noKeyPinned: ["no key is pinned", "未固定任何密钥"], byKey: ["by the pinned key {0}", "由已固定的密钥 {0} 签署"],
  notSigned: ["the statement is not the one that key {0} signed", "声明并非密钥 {0} 所签署的那一份"],
  strangerKey: ["signed by the key {0}, which is not among the pinned ones", "由密钥 {0} 签署，而它不在已固定之列"],
  sameText: ["text unchanged, bytes changed: {0}", "文本未变，字节已变：{0}"], otherBytes: ["other bytes than were signed: {0}", "字节与所签署的不同：{0}"],
  asSigned: ["{0} of {1} files, each as signed", "{1} 个文件中的 {0} 个，均与所签署的一致"],
  noProof: ["the log's proof is not here: a run writes it when it ends", "日志证明不在此处：运行结束时才写入"],
  otherEntry: ["entry {0} of the log is of another statement", "日志第 {0} 条属于另一份声明"],
  forgedNote: ["the checkpoint is not the one that the log's key signed", "检查点并非日志密钥所签署的那一个"],
  strangerNote: ["the checkpoint is signed by no pinned key", "检查点未由任何已固定的密钥签署"],
  inLog: ["entry {0} of {1} of a signed log", "已签名日志共 {1} 条，这是第 {0} 条"], notInLog: ["entry {0} is not in the signed log", "第 {0} 条不在已签名的日志中"],
  noOlder: ["no older checkpoint was given", "未提供更早的检查点"], noCredentials: ["the release bears no content credentials", "该发布不带内容凭证"],
  credentialsElsewhere: ["read by aigc-guard verify", "由 aigc-guard verify 读取"], labelsElsewhere: ["read by aigc-guard verify", "由 aigc-guard verify 读取"],
  noText: ["the file with the text is not here", "含文本的文件不在此处"], noLabelFile: ["release.aigc-label.json is not here", "release.aigc-label.json 不在此处"],
  labelsDiffer: ["not as they were signed: {0}", "与所签署的不同：{0}"], labelsHold: ["read off the file, as signed", "从文件读出，与所签署的一致"],
  noPolicies: ["no policies are known here", "此处不知道任何策略"], noList: ["no list of revocations is known here", "此处没有撤回名单"],
  strangerRevocation: ["a revocation is not signed by a pinned key", "有撤回未由已固定的密钥签署"],
  revokedAt: ["taken back at {0}", "于 {0} 收回"], notRevoked: ["not among {0} revoked", "不在 {0} 个已撤回之列"],
};

const page = {language: navigator.language.startsWith("zh") ? 1 : 0, result: null, pinned: ["pinnedNone"], keys: []};

function say(name, ...filled) {
  const words = WORDS[name]?.[page.language] ?? name;
  return words.replace(/\{(\d)\}/g, (_, at) => filled[at] ?? "");
}

function show() {
  document.documentElement.lang = page.language ? "zh-CN" : "en";
  document.title = say("title");
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = say(one.dataset.text);
  const button = document.getElementById("language");
  [button.textContent, button.lang] = page.language ? ["English", "en"] : ["中文", "zh"];
  document.getElementById("pinned").textContent = say(...page.pinned);
  const table = document.getElementById("layers"), result = page.result;
  table.hidden = !result?.layers;
  document.getElementById("verdict").textContent = "";
  document.getElementById("about").textContent = "";
  delete document.body.dataset.verdict;
  if (!result) return;
  if (!result.layers) { document.getElementById("verdict").textContent = say(result.problem); return; }
  const state = stateOf(result.layers);
  table.tBodies[0].replaceChildren(...result.layers.map(rowOf));
  document.getElementById("verdict").textContent = say(state === "unmarked" ? "unmarkedVerdict" : state);
  if (result.release) document.getElementById("about").textContent = say("about", result.release, result.at);
  document.body.dataset.exit = EXIT[state];
  document.body.dataset.verdict = state;
}

function rowOf(one) {
  const row = document.createElement("tr");
  [row.dataset.layer, row.dataset.status] = [one.name, one.status];
  const cells = [["th", say("layer." + one.name), ""], ["td", say("status." + one.status), "status"], ["td", one.message ? say(one.message, ...one.filled) : "", "quiet"]];
  for (const [tag, text, kind] of cells) {
    const cell = document.createElement(tag);
    [cell.textContent, cell.className] = [text, kind];
    row.append(cell);
  }
  return row;
}

async function take(list) {
  page.result = null;
  show();
  try {
    const files = new Map();
    for (const file of list) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      if (!await pin(file.name, bytes)) files.set(file.name, bytes);
    }
    if (files.size) page.result = await verify(files, page.keys);
  } catch (error) {
    page.result = {problem: error.name === "NotSupportedError" || !crypto.subtle ? "unable" : "unread"};
  }
  show();
}

async function pin(name, bytes) {
  let data;
  try { data = JSON.parse(decoded(bytes)); } catch { return false; }
  if (!isRecord(data) || data.format !== KEYS_FORMAT) return false;
  page.keys = await readKeys(data);
  page.pinned = ["pinnedFile", page.keys.length, name];
  return true;
}

async function start() {
  const own = JSON.parse(document.getElementById("keys").textContent);
  if (own) { page.keys = await readKeys(own); page.pinned = ["pinnedPage", page.keys.length]; }
  const drop = document.getElementById("drop");
  document.getElementById("files").addEventListener("change", event => take(event.target.files));
  document.getElementById("language").addEventListener("click", () => { page.language = 1 - page.language; show(); });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, event => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }
  show();
  document.body.dataset.ready = "yes";
}

start();
