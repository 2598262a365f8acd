-- The registry as it is now. Three offices share it as their mailbox (docs/house.md): what one asks of the next is a row.
-- Rules that must hold for ever are constraints, triggers and missing rights here, not only code in the daemons.
-- Steps from older versions stand in upgrade/; a test holds old + steps against this file.

-- Searching for parts of names (Debian: postgresql-contrib, which postgresql-15 provides).
CREATE EXTENSION pg_trgm WITH SCHEMA public;
-- Finding certificates by the fingerprints that other programs show: PostgreSQL itself has no SHA-1.
CREATE EXTENSION pgcrypto WITH SCHEMA public;

CREATE SCHEMA inkan AUTHORIZATION inkan_owner;
SET ROLE inkan_owner;
SET search_path = inkan;

CREATE TABLE schema_version (
	version integer NOT NULL PRIMARY KEY,
	applied_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO schema_version (version) VALUES (1);

-- ---------------------------------------------------------------------------------------------------------------------
-- Guards

-- Nothing is ever changed or taken away in tables that carry this trigger, whoever asks (R-REV-08, R-ACC-07, R-LOG-01).
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: its rows are final', TG_OP, TG_TABLE_NAME USING ERRCODE = 'P0001';
END
$$;

-- What comes from one office is read whole by the next: no row is larger than what common/base/limits.h lets in, and no
-- time is beyond what a number of seconds can say. Written out in each CHECK, for a function there is planned anew by
-- every statement; NULL passes.

-- The number of this transaction as bigint, to be followed in commit order (see status_feed and audit_event).
CREATE FUNCTION this_transaction() RETURNS bigint LANGUAGE sql STABLE AS
	$$ SELECT pg_current_xact_id()::text::bigint $$;
-- Rows of transactions below this number are all visible: nothing can commit late among them.
CREATE FUNCTION settled_transaction() RETURNS bigint LANGUAGE sql STABLE AS
	$$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Agreements (R-AGR): texts are kept for ever under their digest; an acceptance says who accepted what, and how.

CREATE TABLE agreement (
	sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
	title text NOT NULL,
	version text NOT NULL,
	document bytea NOT NULL CHECK (sha256 = sha256(document)),
	published_at timestamptz NOT NULL,
	UNIQUE (title, version)
);
CREATE TABLE agreement_acceptance (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	agreement bytea NOT NULL REFERENCES agreement,
	accepted_by text NOT NULL,
	accepted_at timestamptz NOT NULL,
	means text NOT NULL CHECK (means IN ('paper', 'web', 'signature', 'contract')),
	-- R-AGR-03: four separate choices; the first three of them are a must, publication is the subject's wish.
	record_keeping boolean NOT NULL CHECK (record_keeping),
	correctness boolean NOT NULL CHECK (correctness),
	key_obligations boolean NOT NULL CHECK (key_obligations),
	publication boolean NOT NULL
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON agreement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON agreement_acceptance FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Applications (R-APP): a state machine that SQL cannot skip.

-- The steps, as in common/flow/application.c; a test holds the two against each other.
CREATE TABLE application_step (
	from_state text NOT NULL,
	event text NOT NULL,
	role text NOT NULL,	  -- of the person or component
	database_role text NOT NULL, -- of the process
	to_state text NOT NULL,
	PRIMARY KEY (from_state, event, role)
);
INSERT INTO application_step (from_state, event, role, database_role, to_state) VALUES
	('',           'receive',  'lraClerk',    'inkan_lra',    'received'),
	('received',   'amend',    'lraClerk',    'inkan_lra',    'received'),
	('identified', 'amend',    'lraClerk',    'inkan_lra',    'received'),
	('submitted',  'amend',    'lraClerk',    'inkan_lra',    'received'),
	('refused',    'amend',    'lraClerk',    'inkan_lra',    'received'),
	('received',   'identify', 'lraClerk',    'inkan_lra',    'identified'),
	('identified', 'approve',  'lraApprover', 'inkan_lra',    'submitted'),
	('identified', 'sendBack', 'lraApprover', 'inkan_lra',    'received'),
	('received',   'reject',   'lraApprover', 'inkan_lra',    'rejected'),
	('identified', 'reject',   'lraApprover', 'inkan_lra',    'rejected'),
	('received',   'withdraw', 'lraClerk',    'inkan_lra',    'withdrawn'),
	('identified', 'withdraw', 'lraClerk',    'inkan_lra',    'withdrawn'),
	('submitted',  'withdraw', 'lraClerk',    'inkan_lra',    'withdrawn'),
	('refused',    'withdraw', 'lraClerk',    'inkan_lra',    'withdrawn'),
	('verified',   'withdraw', 'lraClerk',    'inkan_lra',    'withdrawn'),
	('submitted',  'verify',   'ra',          'inkan_orders', 'verified'),
	('submitted',  'refuse',   'ra',          'inkan_orders', 'refused'),
	('verified',   'bindKey',  'lraGateway',  'inkan_lra',    'verified'),
	('verified',   'place',    'ra',          'inkan_orders', 'ordered'),
	('verified',   'refuse',   'ra',          'inkan_orders', 'refused'),
	('ordered',    'issue',    'ra',          'inkan_orders', 'issued'),
	('ordered',    'refuse',   'ra',          'inkan_orders', 'refused'),
	('issued',     'loseKey',  'lraGateway',  'inkan_lra',    'verified'),
	('issued',     'deliver',  'lraClerk',    'inkan_lra',    'delivered'),
	('delivered',  'loseKey',  'lraGateway',  'inkan_lra',    'verified'), -- its file was never picked up
	('delivered',  'confirm',  'subscriber',  'inkan_lra',    'accepted'),
	('delivered',  'confirm',  'lraClerk',    'inkan_lra',    'accepted'),
	('issued',     'lapse',    'lraGateway',  'inkan_lra',    'withdrawn'),
	('delivered',  'lapse',    'lraGateway',  'inkan_lra',    'withdrawn'),
	('received',   'hold',     'lraClerk',    'inkan_lra',    'received'),
	('identified', 'hold',     'lraClerk',    'inkan_lra',    'identified'),
	('refused',    'hold',     'lraClerk',    'inkan_lra',    'refused'),
	('verified',   'hold',     'lraClerk',    'inkan_lra',    'verified'),
	('issued',     'hold',     'lraClerk',    'inkan_lra',    'issued'),
	('identified', 'hold',     'lraApprover', 'inkan_lra',    'identified'),
	('received',   'resume',   'lraClerk',    'inkan_lra',    'received'),
	('identified', 'resume',   'lraClerk',    'inkan_lra',    'identified'),
	('refused',    'resume',   'lraClerk',    'inkan_lra',    'refused'),
	('verified',   'resume',   'lraClerk',    'inkan_lra',    'verified'),
	('issued',     'resume',   'lraClerk',    'inkan_lra',    'issued');

CREATE SEQUENCE receipt_sequence;

CREATE TABLE application (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	receipt_number text NOT NULL UNIQUE CHECK (receipt_number ~ '^A[0-9]{2}-[0-9]{6,}-[A-Z0-9]$'),
	lra text NOT NULL,
	method text NOT NULL CHECK (method IN ('counter', 'bulk', 'web', 'post', 'api', 'jpki')), -- R-APP-03
	state text NOT NULL DEFAULT '',
	event text NOT NULL,	      -- the last one
	event_role text NOT NULL,     -- the role that caused it
	version integer NOT NULL CHECK (version >= 1), -- of the content; decisions name it
	content bytea NOT NULL,	      -- canonical JSON of what will be issued (common/flow/content.h)
	profile text NOT NULL,
	subject_digest bytea NOT NULL CHECK (length(subject_digest) = 32), -- SHA-256 of the DER Name
	display_name text NOT NULL,   -- for lists: commonName
	-- All writings of one name as one (common/pki/name_key.h): its words to search in; surname and given name; the name in kanji.
	name_key text NOT NULL DEFAULT '',
	person_romaji text NOT NULL DEFAULT '',
	person_kanji text NOT NULL DEFAULT '',
	entity text NOT NULL,	      -- who the subject is, for the registry of names
	organization_number text CHECK (organization_number ~ '^[0-9]{1,20}$'), -- digits of organizationIdentifier: 法人番号 and others
	key_origin text NOT NULL CHECK (key_origin IN ('csr', 'subscriber', 'handover')),
	subject_public_key_info bytea,
	acceptance_id bigint NOT NULL UNIQUE REFERENCES agreement_acceptance, -- R-APP-02
	entered_by text NOT NULL,
	identified_by text,
	approved_by text,
	received_at timestamptz NOT NULL,
	changed_at timestamptz NOT NULL, -- since when it waits in its state, without the time that it was held
	idempotency_key text,	      -- of whoever sent it: the same request twice is one application (R-LRA-06)
	refusal text,		      -- JSON: the faults of the RA or CA, shown to the clerk
	notice_mail text CHECK (notice_mail ~ '^[^[:space:][:cntrl:]<>@]+@[^[:space:][:cntrl:]<>@]+$' AND octet_length(notice_mail) <= 254), -- where its applicant is told
	notice_language text NOT NULL DEFAULT 'ja' CHECK (notice_language IN ('ja', 'en')),
	notice_words text CHECK (octet_length(notice_words) <= 1600), -- what he is told of the last step, in a person's own words
	-- 保留: why nobody goes on with it, since when and for whom it waits, and when somebody should look again.
	held_at timestamptz,
	held_by text CHECK (octet_length(held_by) <= 64),
	hold_reason text CHECK (hold_reason IN ('papers', 'applicant', 'inquiry', 'register', 'other')), -- lra/hold.c
	hold_note text CHECK (octet_length(hold_note) <= 1600),
	resumer text CHECK (octet_length(resumer) <= 64),
	resume_on date,
	CONSTRAINT held_whole CHECK (CASE WHEN held_at IS NULL THEN coalesce(held_by, hold_reason, hold_note, resumer, resume_on::text) IS NULL
		ELSE held_by IS NOT NULL AND hold_reason IS NOT NULL AND hold_note IS NOT NULL AND resumer IS NOT NULL END),
	-- R-LRA-05: the second person is another one, also for who forges a request to the daemon.
	CONSTRAINT second_person CHECK (approved_by IS NULL OR (approved_by <> entered_by AND approved_by <> identified_by)),
	-- R-SUB-KEY-01: a key born at hand-over is not there before; any other is there from the first.
	CONSTRAINT key_there CHECK (key_origin = 'handover' OR subject_public_key_info IS NOT NULL),
	CONSTRAINT sizes CHECK (octet_length(content) <= 32768 AND octet_length(subject_public_key_info) <= 2048
		AND octet_length(name_key) <= 8192 AND octet_length(person_romaji) <= 8192 AND octet_length(person_kanji) <= 8192
		AND octet_length(profile) <= 64 AND octet_length(display_name) <= 1024 AND octet_length(entity) <= 256
		AND octet_length(idempotency_key) <= 256 AND octet_length(refusal) <= 65536),
	CONSTRAINT times CHECK (received_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND changed_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX application_queue ON application (state, lra, changed_at, id) INCLUDE (key_origin, held_at)
	WHERE state IN ('received', 'identified', 'submitted', 'verified', 'ordered', 'issued', 'delivered', 'refused');
CREATE INDEX application_held ON application (lra, resume_on, id) WHERE held_at IS NOT NULL;
CREATE INDEX application_by_lra ON application (lra, id);
CREATE INDEX application_by_entity ON application (entity text_pattern_ops);
CREATE INDEX application_by_organization ON application (organization_number, id) WHERE organization_number IS NOT NULL;
-- Any part of a name, whatever its case (pg_trgm: a trusted extension of PostgreSQL itself).
CREATE INDEX application_by_name ON application USING gin (lower(display_name) public.gin_trgm_ops);
CREATE INDEX application_by_key ON application USING gin (name_key public.gin_trgm_ops);
-- Who looks like somebody else (lra/duplicate_store.c). Hashes: a name may be longer than a page of an index takes.
CREATE INDEX application_same_romaji ON application USING hash (person_romaji) WHERE person_romaji <> '';
CREATE INDEX application_same_kanji ON application USING hash (person_kanji) WHERE person_kanji <> '';
CREATE INDEX application_same_mail ON application USING hash (lower(notice_mail)) WHERE notice_mail IS NOT NULL;
CREATE INDEX application_same_key ON application USING hash (sha256(subject_public_key_info)) WHERE subject_public_key_info IS NOT NULL;
CREATE INDEX application_by_receipt ON application (receipt_number text_pattern_ops);
CREATE UNIQUE INDEX application_once ON application (lra, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE FUNCTION application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	old_state text := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.state END;
BEGIN
	IF TG_OP = 'UPDATE' AND (NEW.id, NEW.receipt_number, NEW.lra, NEW.entered_by, NEW.received_at, NEW.acceptance_id)
		IS DISTINCT FROM (OLD.id, OLD.receipt_number, OLD.lra, OLD.entered_by, OLD.received_at, OLD.acceptance_id) THEN
		RAISE EXCEPTION 'application: what was received does not change' USING ERRCODE = 'P0001';
	END IF;
	IF NOT EXISTS (SELECT FROM inkan.application_step s WHERE s.from_state = old_state AND s.event = NEW.event
		AND s.role = NEW.event_role AND s.to_state = NEW.state AND s.database_role = session_user) THEN
		RAISE EXCEPTION 'application: no step % by % of % from "%" to "%"', NEW.event, NEW.event_role, session_user,
			old_state, NEW.state USING ERRCODE = 'P0001';
	END IF;
	-- What is held waits: it is corrected or ended, and goes on only when it was resumed.
	IF TG_OP = 'UPDATE' AND OLD.held_at IS NOT NULL AND NEW.event NOT IN ('amend', 'reject', 'withdraw', 'resume') THEN
		RAISE EXCEPTION 'application: it is held' USING ERRCODE = 'P0001';
	END IF;
	IF (NEW.event = 'resume' AND OLD.held_at IS NULL) OR (NEW.held_at IS NOT NULL) <> (NEW.event = 'hold'
		OR (TG_OP = 'UPDATE' AND OLD.held_at IS NOT NULL AND NEW.event NOT IN ('resume', 'reject', 'withdraw'))) THEN
		RAISE EXCEPTION 'application: held only by a hold, until it is resumed or ended' USING ERRCODE = 'P0001';
	END IF;
	-- Nothing is held that a machine is about to go on with.
	IF NEW.event = 'hold' AND ((NEW.state = 'verified' AND (NEW.key_origin <> 'handover' OR NEW.subject_public_key_info IS NOT NULL))
		OR (NEW.state = 'issued' AND NEW.key_origin = 'handover')) THEN
		RAISE EXCEPTION 'application: a machine is about to go on with it' USING ERRCODE = 'P0001';
	END IF;
	-- R-APP-07: a changed content voids every yes; an unchanged one keeps its version.
	IF TG_OP = 'UPDATE' AND NEW.content IS DISTINCT FROM OLD.content
		AND (NEW.version <> OLD.version + 1 OR NEW.approved_by IS NOT NULL OR NEW.identified_by IS NOT NULL
			OR NEW.event <> 'amend') THEN
		RAISE EXCEPTION 'application: a changed content needs a new version and new decisions' USING ERRCODE = 'P0001';
	END IF;
	IF TG_OP = 'UPDATE' AND NEW.content IS NOT DISTINCT FROM OLD.content AND NEW.version <> OLD.version THEN
		RAISE EXCEPTION 'application: an unchanged content keeps its version' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON application FOR EACH ROW EXECUTE FUNCTION application_guard();
CREATE TRIGGER final BEFORE DELETE ON application FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What came in, byte for byte (R-APP-04); a correction is a new row.
CREATE TABLE application_version (
	application_id bigint NOT NULL REFERENCES application,
	version integer NOT NULL,
	document bytea NOT NULL,
	sha256 bytea NOT NULL CHECK (sha256 = sha256(document)),
	entered_by text NOT NULL,
	entered_at timestamptz NOT NULL CHECK (entered_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	PRIMARY KEY (application_id, version),
	CONSTRAINT sizes CHECK (octet_length(document) <= 524288)
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON application_version FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Evidence (R-IDV-10): what was examined, how, by whom, and which attributes of the certificate it proves (R-IDV-24).
CREATE TABLE evidence (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	kind text NOT NULL,		-- a row of policies/evidence.cfg
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	method text NOT NULL CHECK (method IN ('original', 'chip', 'jpki', 'post', 'register', 'mail')),
	issued_on date,
	valid_until date,
	proves text[] NOT NULL CHECK (cardinality(proves) > 0), -- ASN.1 names of attributes, or rfc822Name …
	examined_by text NOT NULL,
	examined_at timestamptz NOT NULL,
	number text, -- of the paper; its form is that of its kind, and never that of an Individual Number (lra/guard.c)
	UNIQUE (application_id, sha256),
	CONSTRAINT sizes CHECK (octet_length(kind) <= 64 AND cardinality(proves) <= 64 AND octet_length(array_to_string(proves, ',')) <= 1023),
	CONSTRAINT times CHECK (examined_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND issued_on BETWEEN '0001-01-01' AND '9999-12-31'
		AND valid_until BETWEEN '0001-01-01' AND '9999-12-31')
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Many applications out of one file (lra/import.h; R-LRA-06). Rows are working papers: what became of them is an application; the
-- cells of those go at once, the others with their import.
CREATE TABLE import (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	lra text NOT NULL,
	file text NOT NULL CHECK (octet_length(file) <= 800), -- its name
	sha256 bytea CHECK (length(sha256) = 32), -- of its bytes; NULL while it is read
	size bigint,
	rows bigint,
	charset text,
	charset_reason text,
	separator text,
	header boolean,
	common text NOT NULL DEFAULT '{}' CHECK (octet_length(common) <= 131072), -- JSON: what all rows have in common
	columns text NOT NULL DEFAULT '[]' CHECK (octet_length(columns) <= 32768), -- JSON: the field of each
	state text NOT NULL CHECK (state IN ('reading', 'judging', 'checked', 'running', 'done', 'cancelled')),
	mode text CHECK (mode IN ('allOrNothing', 'goodRows')),
	entered_by text NOT NULL,
	entered_at timestamptz NOT NULL,
	started_by text,
	started_at timestamptz,
	ended_at timestamptz,
	form text CHECK (octet_length(form) <= 15), -- R-LRA-06: the signature over the whole, as in decision
	statement bytea CHECK (octet_length(statement) <= 32768),
	signature bytea CHECK (octet_length(signature) <= 32768),
	CONSTRAINT read CHECK (state IN ('reading', 'cancelled') OR (sha256 IS NOT NULL AND rows IS NOT NULL)),
	CONSTRAINT started CHECK (state NOT IN ('running', 'done') OR (mode IS NOT NULL AND started_by IS NOT NULL AND signature IS NOT NULL))
);
CREATE UNIQUE INDEX import_once ON import (lra, sha256) WHERE state <> 'cancelled'; -- the same bytes again are the same import
CREATE INDEX import_list ON import (lra, id);
CREATE INDEX import_waiting ON import (id) WHERE state IN ('reading', 'judging', 'running')
	OR (state = 'cancelled' AND ended_at IS NULL); -- its rows are still to be forgotten
CREATE TABLE import_row (
	import_id bigint NOT NULL REFERENCES import,
	number bigint NOT NULL,		-- the line of the file in which it begins
	version integer NOT NULL DEFAULT 1,
	cells text NOT NULL CHECK (octet_length(cells) <= 524288), -- JSON: texts; '[]' when an application was made of them
	state text NOT NULL DEFAULT 'read' CHECK (state IN ('read', 'good', 'faulty', 'duplicate', 'made', 'refused')),
	form text CHECK (octet_length(form) <= 524288), -- JSON: the application that it stands for
	faults text NOT NULL DEFAULT '[]',
	repairs text NOT NULL DEFAULT '[]',
	subject text NOT NULL DEFAULT '',
	entity text,
	key_digest bytea CHECK (length(key_digest) = 32),
	same_row bigint,		-- another row of this file with this person or key
	same_receipt text,		-- or a case of the registry
	keep boolean NOT NULL DEFAULT false, -- a clerk says: another one all the same
	receipt_number text,
	PRIMARY KEY (import_id, number)
);
CREATE INDEX import_row_state ON import_row (import_id, state, number);
CREATE INDEX import_row_entity ON import_row (import_id, entity);
CREATE INDEX import_row_key ON import_row (import_id, key_digest) WHERE key_digest IS NOT NULL;

-- Sealed evidence (R-ARC-01, R-PRV-04): what lies in the evidence folder (lra/vault.h), under the digest that evidence and decisions
-- name. Neither bytes nor keys nor anybody's file names are here.
CREATE TABLE evidence_file (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),		 -- of what the clerk sent
	media_type text NOT NULL CHECK (media_type ~ '^[a-z]+/[a-z]+$' AND octet_length(media_type) <= 55),
	size bigint NOT NULL CHECK (size > 0),
	name text NOT NULL UNIQUE CHECK (name ~ '^[0-9a-f]{32}$'),	 -- random: in the folder of its case
	sealed_sha256 bytea NOT NULL CHECK (length(sealed_sha256) = 32), -- of what lies there: checked without a key
	stored_by text NOT NULL,
	stored_at timestamptz NOT NULL CHECK (stored_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	UNIQUE (application_id, sha256)
);
CREATE INDEX evidence_file_same ON evidence_file (sha256); -- the same paper for two people
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON evidence_file FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- R-LRA-10: behind the end of a case the LRA has no key of it any more; only the archive opens it.
CREATE TABLE evidence_closed (
	application_id bigint PRIMARY KEY REFERENCES application,
	closed_at timestamptz NOT NULL CHECK (closed_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON evidence_closed FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A sealed file that is not what it was, or is gone (R-ARC-01).
CREATE TABLE evidence_damage (
	evidence_file_id bigint PRIMARY KEY REFERENCES evidence_file,
	found_at timestamptz NOT NULL CHECK (found_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON evidence_damage FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- R-LOG-07: the destruction of a case's evidence: proposed by one, approved by another, done by the keeper; the rows above stay.
CREATE TABLE evidence_destruction (
	application_id bigint PRIMARY KEY REFERENCES application,
	reason text NOT NULL CHECK (reason <> '' AND octet_length(reason) <= 400),
	proposed_by text NOT NULL,
	proposed_at timestamptz NOT NULL CHECK (proposed_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	approved_by text CHECK (approved_by <> proposed_by),
	approved_at timestamptz CHECK (approved_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	done_at timestamptz CHECK (done_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	CONSTRAINT approved CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
	CONSTRAINT in_order CHECK (done_at IS NULL OR approved_at IS NOT NULL)
);
CREATE INDEX evidence_destruction_waiting ON evidence_destruction (application_id) WHERE approved_at IS NOT NULL AND done_at IS NULL;

-- When the last thing that rests on the evidence ended: the case itself, or the last of its certificates.
CREATE FUNCTION evidence_ended(of_application bigint) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT greatest(a.changed_at, (SELECT max(c.not_after) FROM inkan.certificate_order o
		JOIN inkan.certificate c ON c.order_id = o.id WHERE o.application_id = a.id))
		FROM inkan.application a WHERE a.id = of_application);
END
$$;

-- Seven years are the floor, whoever asks (R-LOG-07, ETSI EN 319 411-1 OVR-6.4.6-01); a setting may only ask for more.
CREATE FUNCTION evidence_destruction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND ((NEW.application_id, NEW.reason, NEW.proposed_by, NEW.proposed_at)
		IS DISTINCT FROM (OLD.application_id, OLD.reason, OLD.proposed_by, OLD.proposed_at)
		OR (OLD.approved_at IS NOT NULL AND (NEW.approved_by, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by, OLD.approved_at))
		OR OLD.done_at IS NOT NULL) THEN
		RAISE EXCEPTION 'evidence_destruction: what was decided does not change' USING ERRCODE = 'P0001';
	END IF;
	IF NEW.proposed_at < inkan.evidence_ended(NEW.application_id) + interval '7 years' THEN
		RAISE EXCEPTION 'evidence_destruction: kept for seven years behind the last certificate' USING ERRCODE = 'P0001';
	END IF;
	IF NOT EXISTS (SELECT FROM inkan.application a WHERE a.id = NEW.application_id
		AND a.state IN ('accepted', 'rejected', 'withdrawn')) THEN
		RAISE EXCEPTION 'evidence_destruction: the case is open' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON evidence_destruction FOR EACH ROW EXECUTE FUNCTION evidence_destruction_guard();
CREATE TRIGGER final BEFORE DELETE ON evidence_destruction FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every yes, as a signed document (R-LRA-04): the exact bytes and their signature.
CREATE TABLE decision (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint REFERENCES application, -- NULL for revocations of certificates from elsewhere
	kind text NOT NULL CHECK (kind IN ('identify', 'approve', 'bindKey', 'deliver', 'confirm', 'revoke')),
	application_version integer NOT NULL,
	person text NOT NULL,
	form text NOT NULL,		-- 'cms'; other forms join in common/flow/decision.c
	statement bytea NOT NULL,
	signature bytea NOT NULL,
	statement_sha256 bytea NOT NULL UNIQUE CHECK (statement_sha256 = sha256(statement)), -- no replay
	decided_at timestamptz NOT NULL CHECK (decided_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	CONSTRAINT sizes CHECK (octet_length(form) <= 15 AND octet_length(statement) <= 32768 AND octet_length(signature) <= 32768)
);
CREATE INDEX decision_of_application ON decision (application_id, id);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A subject name once used belongs to its entity for ever, whatever is archived or deleted elsewhere (R-ISS-12).
CREATE TABLE subject_name (
	subject_digest bytea PRIMARY KEY CHECK (length(subject_digest) = 32),
	entity text NOT NULL,
	first_used_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON subject_name FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A key belongs to one subject (R-PKQ-08); CA, OCSP and component keys stand here too, entered by the CA.
CREATE TABLE subject_key (
	key_digest bytea PRIMARY KEY CHECK (length(key_digest) = 32), -- SHA-256 of the SubjectPublicKeyInfo
	subject_digest bytea NOT NULL,
	first_used_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON subject_key FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Keys that must never be certified again (R-PKQ-07).
CREATE TABLE blocked_key (
	key_digest bytea PRIMARY KEY CHECK (length(key_digest) = 32),
	source text NOT NULL,
	blocked_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON blocked_key FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Orders: RA → CA

CREATE TABLE certificate_order (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	document bytea NOT NULL,	-- canonical JSON with the decisions inside (common/flow/order.h)
	signature bytea NOT NULL,	-- CMS of the RA over it
	document_sha256 bytea NOT NULL UNIQUE CHECK (document_sha256 = sha256(document)), -- the same order twice is one
	state text NOT NULL DEFAULT 'placed' CHECK (state IN ('placed', 'accepted', 'issued', 'refused')),
	placed_at timestamptz NOT NULL DEFAULT now(),
	answered_at timestamptz,
	refusal text,
	CONSTRAINT refusal_says_why CHECK ((state = 'refused') = (refusal IS NOT NULL)),
	CONSTRAINT sizes CHECK (octet_length(document) <= 262144 AND octet_length(signature) <= 32768)
) WITH (fillfactor = 80);
-- Half of it is base64 of signatures: compressing that costs more time than it saves room.
ALTER TABLE certificate_order ALTER document SET STORAGE EXTERNAL, ALTER signature SET STORAGE EXTERNAL;
-- One live order an application: a second one waits until the first is refused, or its certificate is revoked and the
-- application went back to verified (lost hand-over key), which leaves the first in state issued.
CREATE UNIQUE INDEX order_open ON certificate_order (application_id) WHERE state IN ('placed', 'accepted');
CREATE INDEX order_queue ON certificate_order (id) WHERE state IN ('placed', 'accepted');
CREATE INDEX order_of_application ON certificate_order (application_id);

CREATE FUNCTION refuse_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%: no step from % to %', TG_TABLE_NAME, OLD.state, NEW.state USING ERRCODE = 'P0001';
END
$$;
CREATE TRIGGER fixed BEFORE UPDATE OF id, application_id, document, signature, document_sha256, placed_at ON certificate_order
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER guard BEFORE UPDATE ON certificate_order FOR EACH ROW
	WHEN ((OLD.state, NEW.state) NOT IN (('placed', 'accepted'), ('placed', 'refused'), ('accepted', 'issued'), ('accepted', 'refused')))
	EXECUTE FUNCTION refuse_step();
CREATE TRIGGER final BEFORE DELETE ON certificate_order FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Certificates

CREATE TABLE issuer (
	id smallint PRIMARY KEY,
	name text NOT NULL UNIQUE,	-- the word of issuers.cfg
	certificate bytea NOT NULL,
	registered_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON issuer FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A serial number is taken here, durably, before anything is signed (R-ISS-01, R-ISS-19). The order it is for stands
-- beside it, once: whoever comes again after a crash finds the same serial number. Divided by the number itself, not
-- by time, because its uniqueness must hold over all times.
CREATE TABLE serial_reservation (
	issuer_id smallint NOT NULL,
	serial_number bytea NOT NULL CHECK (length(serial_number) BETWEEN 1 AND 20),
	order_id bigint, -- NULL: made in a ceremony
	not_before timestamptz NOT NULL,
	not_after timestamptz NOT NULL,
	reserved_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (issuer_id, serial_number),
	-- RFC 5280 section 4.1.2.2: positive, in as few octets as it needs.
	CONSTRAINT positive CHECK (get_byte(serial_number, 0) < 128 AND (get_byte(serial_number, 0) > 0
		OR (length(serial_number) > 1 AND get_byte(serial_number, 1) >= 128))),
	CONSTRAINT times CHECK (not_before BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND not_after BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
) PARTITION BY HASH (issuer_id, serial_number);
DO $$
BEGIN
	FOR i IN 0..7 LOOP
		EXECUTE format('CREATE TABLE inkan.serial_reservation_%s PARTITION OF inkan.serial_reservation'
			' FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
	END LOOP;
END
$$;
CREATE INDEX serial_of_order ON serial_reservation (order_id);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON serial_reservation FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- References, held for all rows of a statement at once: what is referred to is never changed or deleted, so that there is
-- nothing to lock row by row, which costs more than the row.
CREATE FUNCTION reservation_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (SELECT FROM inkan.issuer i WHERE i.id = a.issuer_id)
		OR (a.order_id IS NOT NULL AND NOT EXISTS (SELECT FROM inkan.certificate_order o WHERE o.id = a.order_id))) THEN
		RAISE EXCEPTION 'serial_reservation: of no issuer, or for no order' USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER refers AFTER INSERT ON serial_reservation REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION reservation_refers();

CREATE SEQUENCE status_sequence;

-- Issued certificates: written once, never changed. status_id and transaction let a replica follow in commit order.
CREATE TABLE certificate (
	issuer_id smallint NOT NULL,
	serial_number bytea NOT NULL,
	issued_at timestamptz NOT NULL,
	order_id bigint,
	profile text NOT NULL,
	profile_version integer NOT NULL,
	not_after timestamptz NOT NULL,
	subject_digest bytea NOT NULL,
	key_digest bytea NOT NULL,
	crl_shard smallint NOT NULL DEFAULT 0, -- fixed at issuance (R-CRL-05); 0 is the full CRL
	der bytea NOT NULL,
	transaction bigint NOT NULL DEFAULT this_transaction(),
	status_id bigint NOT NULL DEFAULT nextval('status_sequence'),
	PRIMARY KEY (issuer_id, serial_number, issued_at),
	CONSTRAINT sizes CHECK (octet_length(der) <= 16384 AND length(subject_digest) = 32 AND length(key_digest) = 32),
	CONSTRAINT times CHECK (issued_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND not_after BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
) PARTITION BY RANGE (issued_at);
CREATE INDEX certificate_feed ON certificate (transaction, status_id);
CREATE INDEX certificate_of_order ON certificate (order_id);
CREATE INDEX certificate_of_key ON certificate (key_digest);
CREATE INDEX certificate_sha256 ON certificate (sha256(der));
CREATE INDEX certificate_sha1 ON certificate (public.digest(der, 'sha1'));
CREATE INDEX certificate_end ON certificate USING brin (not_after); -- for reminders; costs an issuing CA next to nothing
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION certificate_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (SELECT FROM inkan.serial_reservation r
		WHERE r.issuer_id = a.issuer_id AND r.serial_number = a.serial_number)) THEN
		RAISE EXCEPTION 'certificate: its serial number is not reserved' USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER refers AFTER INSERT ON certificate REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION certificate_refers();

-- Requests for revocation: LRA, RA or holder → CA.
CREATE TABLE revocation (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	issuer text NOT NULL,
	serial_number bytea NOT NULL,
	reason smallint NOT NULL CHECK (reason IN (0, 1, 3, 4, 5, 9)), -- R-REV-07
	event text NOT NULL,		-- the life event that the clerk picked
	requester text NOT NULL,	-- who asked: person, channel and how authenticated, in words
	form text NOT NULL DEFAULT 'cms' CHECK (length(form) < 16), -- of the signature, as in decision
	statement bytea NOT NULL,
	signature bytea NOT NULL,
	statement_sha256 bytea NOT NULL UNIQUE CHECK (statement_sha256 = sha256(statement)),
	state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'refused')),
	received_at timestamptz NOT NULL DEFAULT now(),
	due_at timestamptz NOT NULL,	-- R-REV-01
	answered_at timestamptz,
	published_at timestamptz,	-- in a CRL
	refusal text,
	CONSTRAINT refusal_says_why CHECK ((state = 'refused') = (refusal IS NOT NULL)),
	CONSTRAINT sizes CHECK (octet_length(issuer) <= 64 AND octet_length(serial_number) <= 20 AND octet_length(event) <= 64
		AND octet_length(requester) <= 1024 AND octet_length(statement) <= 32768 AND octet_length(signature) <= 32768),
	CONSTRAINT times CHECK (received_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND due_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX revocation_queue ON revocation (id) WHERE state = 'asked';
CREATE INDEX revocation_of_certificate ON revocation (serial_number);
CREATE FUNCTION revocation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.id, NEW.issuer, NEW.serial_number, NEW.reason, NEW.event, NEW.requester, NEW.form, NEW.statement, NEW.signature, NEW.received_at, NEW.due_at)
		IS DISTINCT FROM (OLD.id, OLD.issuer, OLD.serial_number, OLD.reason, OLD.event, OLD.requester, OLD.form, OLD.statement, OLD.signature, OLD.received_at,
			OLD.due_at) OR (OLD.state <> 'asked' AND NEW.state <> OLD.state) THEN
		RAISE EXCEPTION 'revocation: what was asked and answered does not change' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON revocation FOR EACH ROW EXECUTE FUNCTION revocation_guard();
CREATE TRIGGER final BEFORE DELETE ON revocation FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The status itself. A row makes the certificate revoked, for ever; a second row of the same certificate may only sharpen
-- the reason to keyCompromise and move the date back (R-REV-09); the youngest counts.
CREATE TABLE certificate_revocation (
	issuer_id smallint NOT NULL,
	serial_number bytea NOT NULL,
	edition smallint NOT NULL DEFAULT 1 CHECK (edition >= 1),
	revocation_date timestamptz NOT NULL,
	invalidity_date timestamptz, -- since when its key is suspected (RFC 5280 section 5.3.2)
	reason smallint NOT NULL CHECK (reason IN (0, 1, 3, 4, 5, 9)),
	not_after timestamptz NOT NULL,
	revocation_id bigint REFERENCES revocation,
	transaction bigint NOT NULL DEFAULT this_transaction(),
	status_id bigint NOT NULL DEFAULT nextval('status_sequence'),
	PRIMARY KEY (issuer_id, serial_number, edition),
	FOREIGN KEY (issuer_id, serial_number) REFERENCES serial_reservation,
	CONSTRAINT only_sharper CHECK (edition = 1 OR reason = 1),
	CONSTRAINT suspected CHECK (invalidity_date IS NULL OR (reason = 1 AND invalidity_date BETWEEN 'epoch' AND revocation_date)),
	CONSTRAINT times CHECK (revocation_date BETWEEN 'epoch' AND '9999-12-31 23:59:59Z' AND not_after BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX certificate_revocation_feed ON certificate_revocation (transaction, status_id);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON certificate_revocation FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a status replica follows, in the order of commits: ORDER BY transaction, id, and only below settled_transaction().
CREATE VIEW status_feed AS
	SELECT c.transaction, c.status_id AS id, i.name AS issuer, c.serial_number, 0::smallint AS status, 0::bigint AS revocation_date,
		0::smallint AS reason, extract(epoch FROM c.not_after)::bigint AS not_after
	FROM certificate c JOIN issuer i ON i.id = c.issuer_id
	UNION ALL
	SELECT r.transaction, r.status_id, i.name, r.serial_number, 1::smallint, extract(epoch FROM r.revocation_date)::bigint,
		r.reason, extract(epoch FROM r.not_after)::bigint
	FROM certificate_revocation r JOIN issuer i ON i.id = r.issuer_id;

-- CRLs: the number is taken before signing, so that a crash may skip one but never repeat it (R-CRL-01); each is kept (R-CRL-11).
CREATE TABLE crl (
	issuer_id smallint NOT NULL REFERENCES issuer,
	shard smallint NOT NULL DEFAULT 0,
	crl_number bigint NOT NULL CHECK (crl_number >= 1),
	this_update timestamptz NOT NULL,
	next_update timestamptz NOT NULL,
	entries bigint,
	size bigint,
	sha256 bytea,
	transaction bigint NOT NULL, -- revocations below this transaction number are in it
	published_at timestamptz,
	PRIMARY KEY (issuer_id, shard, crl_number),
	CONSTRAINT published_whole CHECK ((published_at IS NULL) = (sha256 IS NULL))
);
CREATE FUNCTION crl_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.published_at IS NOT NULL OR (NEW.issuer_id, NEW.shard, NEW.crl_number, NEW.this_update)
		IS DISTINCT FROM (OLD.issuer_id, OLD.shard, OLD.crl_number, OLD.this_update) THEN
		RAISE EXCEPTION 'crl: a published CRL does not change' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON crl FOR EACH ROW EXECUTE FUNCTION crl_guard();
CREATE TRIGGER final BEFORE DELETE ON crl FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- Delivery and receipt (R-LRA-08, R-LRA-09)

CREATE TABLE delivery (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	issuer text NOT NULL,
	serial_number bytea NOT NULL,
	form text NOT NULL CHECK (form IN ('certificate', 'pkcs12', 'pkcs12-3des')),
	file_channel text NOT NULL,
	pin_channel text,
	sealed_pin bytea,	-- AES-256-GCM under the LRA's delivery key, until it was shown once
	pin_shown_at timestamptz,
	delivered_by text NOT NULL,
	delivered_at timestamptz NOT NULL,
	receipt_due_at timestamptz NOT NULL,
	-- R-SUB-KEY-04: the PIN never goes the way of the file.
	CONSTRAINT two_channels CHECK (pin_channel IS NULL OR pin_channel <> file_channel),
	CONSTRAINT pin_with_pkcs12 CHECK ((form = 'certificate') = (pin_channel IS NULL)),
	CONSTRAINT pin_erased CHECK (pin_shown_at IS NULL OR sealed_pin IS NULL)
);
CREATE TRIGGER final BEFORE DELETE ON delivery FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX delivery_of_application ON delivery (application_id);

-- A file that its holder fetches himself (lra/pickup.h), once. It is sealed under the code of the link, which is kept nowhere: what
-- lies here, or in an old page of this table, opens without that code for nobody.
CREATE TABLE pickup (
	delivery_id bigint PRIMARY KEY REFERENCES delivery,
	code_sha256 bytea NOT NULL CHECK (length(code_sha256) = 32),
	salt bytea NOT NULL CHECK (length(salt) = 16),	-- of the word that stands beside the PIN: scrypt (N 32768, r 8, p 1)
	hash bytea NOT NULL CHECK (length(hash) = 32),
	sealed bytea CHECK (octet_length(sealed) <= 66560), -- NULL: fetched, or over
	key_digest bytea NOT NULL CHECK (length(key_digest) = 32),
	until timestamptz NOT NULL CHECK (until BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	tries integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
	tried_at timestamptz,
	fetched_at timestamptz,
	ended_at timestamptz,
	ended_as text CHECK (ended_as IN ('expired', 'locked', 'recalled')),
	CONSTRAINT one_end CHECK ((ended_at IS NULL) = (ended_as IS NULL) AND (ended_at IS NULL OR fetched_at IS NULL)),
	CONSTRAINT gone CHECK ((sealed IS NULL) = (fetched_at IS NOT NULL OR ended_at IS NOT NULL))
);
CREATE INDEX pickup_waiting ON pickup (until) WHERE fetched_at IS NULL AND ended_at IS NULL;
CREATE TRIGGER fixed BEFORE UPDATE OF delivery_id, code_sha256, salt, hash, key_digest, until ON pickup
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER final BEFORE DELETE ON pickup FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE receipt (
	application_id bigint PRIMARY KEY REFERENCES application,
	serial_number bytea NOT NULL,
	method text NOT NULL CHECK (method IN ('tls', 'signature', 'paper')),
	proof bytea NOT NULL,	-- certificate used, signed statement, or digest of the paper
	confirmed_at timestamptz NOT NULL
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Many hand-overs in one step (lra/distribution.h). A row ends in the transaction of the hand-over that it stands for, so that each
-- is done once, whatever dies.
CREATE TABLE distribution (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	lra text NOT NULL,
	form text NOT NULL CHECK (form IN ('pkcs12', 'pkcs12-3des')),
	file_channel text NOT NULL CHECK (octet_length(file_channel) <= 256),
	pin_channel text NOT NULL CHECK (octet_length(pin_channel) <= 256),
	asked_by text NOT NULL,
	asked_at timestamptz NOT NULL,
	idempotency_key text CHECK (octet_length(idempotency_key) <= 256),
	cancelled_at timestamptz,
	taken_at timestamptz,	-- the files are where they belong, and none is kept
	CONSTRAINT two_channels CHECK (pin_channel <> file_channel)
);
CREATE UNIQUE INDEX distribution_once ON distribution (lra, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX distribution_list ON distribution (lra, id);
CREATE TABLE distribution_row (
	distribution_id bigint NOT NULL REFERENCES distribution,
	position integer NOT NULL,
	application_id bigint NOT NULL REFERENCES application,
	state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused', 'cancelled')),
	tried_at timestamptz,	-- it could not be done then, but may be later
	ended_at timestamptz,
	refusal text CHECK (octet_length(refusal) <= 65536), -- JSON: its faults
	pkcs12 bytea CHECK (octet_length(pkcs12) <= 65536), -- encrypted under its PIN (R-SUB-KEY-03), until the files were taken
	PRIMARY KEY (distribution_id, position),
	CONSTRAINT ended CHECK ((state = 'waiting') = (ended_at IS NULL)),
	CONSTRAINT file CHECK (pkcs12 IS NULL OR state = 'done')
);
CREATE UNIQUE INDEX distribution_row_waiting ON distribution_row (application_id) WHERE state = 'waiting';
CREATE INDEX distribution_row_next ON distribution_row (distribution_id, position) WHERE state = 'waiting';
CREATE INDEX distribution_row_file ON distribution_row (distribution_id) WHERE pkcs12 IS NOT NULL;
CREATE TRIGGER final BEFORE DELETE ON distribution FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER final BEFORE DELETE ON distribution_row FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Who works on an open case: a note among colleagues, no right to anything. NULL: given back.
CREATE TABLE application_taker (
	application_id bigint PRIMARY KEY REFERENCES application,
	person text CHECK (octet_length(person) <= 256),
	taken_at timestamptz NOT NULL CHECK (taken_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX application_taker_of ON application_taker (person);

-- What somebody of the staff began to type: sealed by the LRA for him alone. NULL: sent, thrown away or too old.
CREATE TABLE draft (
	person text NOT NULL CHECK (octet_length(person) <= 64),
	name text NOT NULL CHECK (octet_length(name) <= 64),
	sealed bytea CHECK (octet_length(sealed) <= 40960),
	saved_at timestamptz NOT NULL CHECK (saved_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	PRIMARY KEY (person, name)
);
CREATE INDEX draft_kept ON draft (saved_at) WHERE sealed IS NOT NULL;

-- ---------------------------------------------------------------------------------------------------------------------
-- Notices (R-REV-11, R-LRA-09): what applicants and their organisations are told. What a step of an application tells is written
-- with the step itself, by a trigger that runs as the owner: no office needs a right here, and none can leave it out. What the
-- CA does is told by whoever sends, who follows its feed: a notice never stands in the way of a revocation.

CREATE TABLE notice (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	kind text NOT NULL CHECK (kind IN ('received', 'sentBack', 'approved', 'refused', 'rejected', 'withdrawn', 'ready', 'issued',
		'receiptAsked', 'receiptReminder', 'revoked', 'expiring')), -- lra/notices/kind.c
	deed text NOT NULL,		-- what it tells of: a deed is told once
	at timestamptz NOT NULL,
	days smallint,			-- of a reminder: before the end, or behind the hand-over
	serial_number bytea,
	words text,			-- a person's, for the applicant
	expanded boolean NOT NULL DEFAULT false, -- its deliveries are there
	transaction bigint NOT NULL DEFAULT this_transaction(),
	UNIQUE (application_id, kind, deed)
);
CREATE INDEX notice_feed ON notice (transaction, id);
CREATE INDEX notice_new ON notice (id) WHERE NOT expanded;
CREATE TRIGGER fixed BEFORE UPDATE OF id, application_id, kind, deed, at, days, serial_number, words, transaction ON notice
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER final BEFORE DELETE ON notice FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One recipient of one notice, once.
CREATE TABLE notice_delivery (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	notice_id bigint NOT NULL REFERENCES notice,
	channel text NOT NULL CHECK (channel IN ('mail', 'webhook')),
	recipient text NOT NULL CHECK (recipient <> '' AND octet_length(recipient) <= 254), -- a mailbox, or a webhook's name
	state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'bounced', 'failed', 'late')),
	round smallint NOT NULL DEFAULT 1 CHECK (round BETWEEN 1 AND 99), -- asked for again by a person: another message
	tries integer NOT NULL DEFAULT 0,
	queued_at timestamptz NOT NULL,
	next_at timestamptz NOT NULL,	-- not before; while one is under way: when it counts as lost
	changed_at timestamptz NOT NULL,
	answer text NOT NULL DEFAULT '' CHECK (octet_length(answer) <= 400), -- what the other side said last
	UNIQUE (notice_id, channel, recipient)
);
CREATE INDEX notice_delivery_queue ON notice_delivery (next_at, id) WHERE state = 'queued';
CREATE INDEX notice_delivery_recent ON notice_delivery (recipient, changed_at) WHERE state = 'sent';
CREATE FUNCTION notice_delivery_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.id, NEW.notice_id, NEW.channel, NEW.recipient) IS DISTINCT FROM (OLD.id, OLD.notice_id, OLD.channel, OLD.recipient)
		OR (OLD.state <> 'queued' AND (NEW.state <> 'queued' OR NEW.round <> OLD.round + 1))
		OR (OLD.state = 'queued' AND NEW.round <> OLD.round) THEN
		RAISE EXCEPTION 'notice_delivery: what was sent stays sent; only another round is another message' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON notice_delivery FOR EACH ROW EXECUTE FUNCTION notice_delivery_guard();
CREATE TRIGGER final BEFORE DELETE ON notice_delivery FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A deed is named by its time and transaction, for one case may be sent back twice.
CREATE FUNCTION notice_of_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
DECLARE
	told text := CASE NEW.event WHEN 'receive' THEN 'received' WHEN 'sendBack' THEN 'sentBack' WHEN 'approve' THEN 'approved'
		WHEN 'refuse' THEN 'refused' WHEN 'reject' THEN 'rejected' WHEN 'withdraw' THEN 'withdrawn' WHEN 'deliver' THEN 'receiptAsked'
		-- A key that is born at hand-over is what the applicant comes for; its certificate is issued while he stands there.
		WHEN 'verify' THEN CASE WHEN NEW.key_origin = 'handover' THEN 'ready' END
		WHEN 'issue' THEN CASE WHEN NEW.key_origin <> 'handover' THEN 'issued' END END;
BEGIN
	IF told IS NOT NULL THEN
		INSERT INTO notice (application_id, kind, deed, at, words) VALUES (NEW.id, told, format('%s.%s',
			extract(epoch FROM NEW.changed_at)::bigint, this_transaction()), NEW.changed_at, NEW.notice_words);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER notice_inserted AFTER INSERT ON application FOR EACH ROW EXECUTE FUNCTION notice_of_step();
CREATE TRIGGER notice_updated AFTER UPDATE OF event ON application FOR EACH ROW EXECUTE FUNCTION notice_of_step();

-- ---------------------------------------------------------------------------------------------------------------------
-- The subscribers' own pages (inkan-subscriber). Strangers talk to that process, so its role has no right to any table: it has
-- functions, each about one case that the caller can name. What a subscriber wants becomes a letter, which the LRA's keeper opens.

-- 失効用合言葉: scrypt (N 32768, r 8, p 1). A try counts before it is judged.
CREATE TABLE revocation_phrase (
	application_id bigint PRIMARY KEY REFERENCES application,
	salt bytea NOT NULL CHECK (length(salt) = 16),
	hash bytea NOT NULL CHECK (length(hash) = 32),
	set_at timestamptz NOT NULL CHECK (set_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	tries integer NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
	tries_since timestamptz NOT NULL DEFAULT 'epoch' CHECK (tries_since BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX revocation_phrase_tried ON revocation_phrase (tries_since) WHERE tries > 0;

CREATE TABLE subscriber_letter (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	application_id bigint NOT NULL REFERENCES application,
	kind text NOT NULL CHECK (kind IN ('receipt', 'revocation')),
	door text NOT NULL CHECK (door IN ('certificate', 'passPhrase', 'signature')), -- how the subscriber was known
	event text CHECK (octet_length(event) <= 64),			  -- the life event of a revocation
	certificate bytea CHECK (octet_length(certificate) <= 16384),	  -- that TLS proved
	statement bytea CHECK (octet_length(statement) <= 8192),	  -- that the new key signed, in CMS
	signature bytea CHECK (octet_length(signature) <= 32768),
	received_at timestamptz NOT NULL CHECK (received_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	done_at timestamptz,
	refusal text CHECK (octet_length(refusal) <= 1024),
	CONSTRAINT whole CHECK ((kind = 'revocation') = (event IS NOT NULL) AND (door = 'certificate') = (certificate IS NOT NULL)
		AND (door = 'signature') = (statement IS NOT NULL) AND (door = 'signature') = (signature IS NOT NULL)
		AND door <> CASE kind WHEN 'revocation' THEN 'signature' ELSE 'passPhrase' END AND (refusal IS NULL OR done_at IS NOT NULL))
);
-- The same wish twice is one letter, until it was opened.
CREATE UNIQUE INDEX subscriber_letter_waiting ON subscriber_letter (application_id, kind) WHERE done_at IS NULL;
CREATE TRIGGER final BEFORE DELETE ON subscriber_letter FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a receipt number alone shows: words of state and times; no name, no serial number. What was written and not opened yet is
-- told as done: the next page a moment later must not ask for it again.
CREATE FUNCTION subscriber_case(asked text) RETURNS TABLE (state text, confirmed_at bigint, asked_at bigint, due_at bigint,
	revoked_at bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	SELECT CASE WHEN a.state = 'delivered' AND w.received_at IS NOT NULL THEN 'accepted' ELSE a.state END,
		extract(epoch FROM coalesce(r.confirmed_at, w.received_at))::bigint,
		extract(epoch FROM coalesce(v.received_at, l.received_at))::bigint,
		extract(epoch FROM v.due_at)::bigint, extract(epoch FROM s.revocation_date)::bigint
	FROM application a LEFT JOIN receipt r ON r.application_id = a.id
	LEFT JOIN certificate_order o ON o.application_id = a.id
	LEFT JOIN certificate c ON c.order_id = o.id AND c.key_digest = sha256(a.subject_public_key_info)
	LEFT JOIN issuer i ON i.id = c.issuer_id
	LEFT JOIN LATERAL (SELECT min(x.revocation_date) AS revocation_date FROM certificate_revocation x
		WHERE x.issuer_id = c.issuer_id AND x.serial_number = c.serial_number) s ON true
	LEFT JOIN LATERAL (SELECT y.received_at, y.due_at FROM revocation y WHERE y.issuer = i.name
		AND y.serial_number = c.serial_number AND y.state <> 'refused' ORDER BY y.id LIMIT 1) v ON true
	LEFT JOIN LATERAL (SELECT z.received_at FROM subscriber_letter z WHERE z.application_id = a.id
		AND z.kind = 'revocation' AND z.done_at IS NULL) l ON true
	LEFT JOIN LATERAL (SELECT z.received_at FROM subscriber_letter z WHERE z.application_id = a.id
		AND z.kind = 'receipt' AND z.done_at IS NULL) w ON true
	WHERE a.receipt_number = asked ORDER BY c.issued_at DESC NULLS LAST LIMIT 1
$$;

-- The case of a certificate that TLS proved.
CREATE FUNCTION subscriber_own(serial bytea, shown bytea) RETURNS TABLE (receipt_number text, phrase boolean, issuer text)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	SELECT a.receipt_number, EXISTS (SELECT FROM revocation_phrase p WHERE p.application_id = a.id), i.name
	FROM issuer i JOIN certificate c ON c.issuer_id = i.id AND c.serial_number = serial
	JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = o.application_id
		AND c.key_digest = sha256(a.subject_public_key_info)
	WHERE c.der = shown
$$;

CREATE FUNCTION subscriber_set_phrase(asked text, new_salt bytea, new_hash bytea, at bigint) RETURNS boolean
	LANGUAGE sql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	INSERT INTO revocation_phrase (application_id, salt, hash, set_at)
		SELECT a.id, new_salt, new_hash, to_timestamp(at) FROM application a WHERE a.receipt_number = asked
		AND a.state IN ('delivered', 'accepted')
	ON CONFLICT (application_id) DO UPDATE SET salt = EXCLUDED.salt, hash = EXCLUDED.hash, set_at = EXCLUDED.set_at, tries = 0
	RETURNING true
$$;

-- One try at a pass phrase: 'try' with what to compare, 'none', 'locked' behind five wrong ones in a day, 'paused' behind 500 in an
-- hour over all cases.
CREATE FUNCTION subscriber_try(asked text, at bigint) RETURNS TABLE (verdict text, salt bytea, hash bytea) LANGUAGE plpgsql
	SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
BEGIN
	IF (SELECT coalesce(sum(p.tries), 0) FROM revocation_phrase p WHERE p.tries > 0
		AND p.tries_since > to_timestamp(at) - interval '1 hour') >= 500 THEN
		RETURN QUERY SELECT 'paused', NULL::bytea, NULL::bytea;
		RETURN;
	END IF;
	RETURN QUERY UPDATE revocation_phrase p SET
		tries = CASE WHEN p.tries_since > to_timestamp(at) - interval '1 day' THEN p.tries + 1 ELSE 1 END,
		tries_since = CASE WHEN p.tries_since > to_timestamp(at) - interval '1 day' AND p.tries > 0 THEN p.tries_since
			ELSE to_timestamp(at) END
		FROM application a WHERE a.id = p.application_id AND a.receipt_number = asked
		AND (p.tries < 5 OR p.tries_since <= to_timestamp(at) - interval '1 day')
		RETURNING 'try', p.salt, p.hash;
	IF NOT FOUND THEN
		RETURN QUERY SELECT CASE WHEN EXISTS (SELECT FROM revocation_phrase p JOIN application a ON a.id = p.application_id
			WHERE a.receipt_number = asked) THEN 'locked' ELSE 'none' END, NULL::bytea, NULL::bytea;
	END IF;
END
$$;
CREATE FUNCTION subscriber_right(asked text) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	UPDATE revocation_phrase p SET tries = 0 FROM application a WHERE a.id = p.application_id AND a.receipt_number = asked
	RETURNING true
$$;

CREATE FUNCTION subscriber_write(asked text, about text, by_door text, life_event text, shown bytea, at bigint) RETURNS boolean
	LANGUAGE sql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	WITH added AS (
		INSERT INTO subscriber_letter (application_id, kind, door, event, certificate, received_at)
		SELECT a.id, about, by_door, life_event, shown, to_timestamp(at) FROM application a WHERE a.receipt_number = asked
		AND a.state IN ('delivered', 'accepted') ON CONFLICT DO NOTHING
		RETURNING id)
	SELECT EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM subscriber_letter l JOIN application a ON a.id = l.application_id
		WHERE a.receipt_number = asked AND l.kind = about AND l.done_at IS NULL)
$$;

-- A receipt that the new key signed (R-LRA-09): for certificates that no browser shows.
CREATE FUNCTION subscriber_sign(asked text, signed bytea, signed_by bytea, at bigint) RETURNS boolean
	LANGUAGE sql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
	WITH added AS (
		INSERT INTO subscriber_letter (application_id, kind, door, statement, signature, received_at)
		SELECT a.id, 'receipt', 'signature', signed, signed_by, to_timestamp(at) FROM application a WHERE a.receipt_number = asked
		AND a.state IN ('delivered', 'accepted') ON CONFLICT DO NOTHING
		RETURNING id)
	SELECT EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM subscriber_letter l JOIN application a ON a.id = l.application_id
		WHERE a.receipt_number = asked AND l.kind = 'receipt' AND l.done_at IS NULL)
$$;

-- One try at a pick-up, by who has its link. 'none': no such link; 'fetched', 'over', 'locked': nothing is there any more; 'try': with
-- the word's hash to compare with. The try counts before it is judged.
CREATE FUNCTION subscriber_pickup_try(asked text, code bytea, at bigint) RETURNS TABLE (verdict text, salt bytea, hash bytea,
	fetched_at bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
DECLARE
	one pickup;
BEGIN
	SELECT p.* INTO one FROM pickup p JOIN delivery d ON d.id = p.delivery_id JOIN application a ON a.id = d.application_id
		WHERE a.receipt_number = asked AND p.code_sha256 = code FOR UPDATE OF p;
	verdict := CASE WHEN one.delivery_id IS NULL THEN 'none' WHEN one.fetched_at IS NOT NULL THEN 'fetched'
		WHEN one.ended_as = 'locked' THEN 'locked' WHEN one.sealed IS NULL OR one.until <= to_timestamp(at) THEN 'over'
		WHEN one.tries >= 5 THEN 'locked' ELSE 'try' END;
	IF verdict = 'try' THEN
		UPDATE pickup p SET tries = p.tries + 1, tried_at = to_timestamp(at) WHERE p.delivery_id = one.delivery_id;
		salt := one.salt;
		hash := one.hash;
	END IF;
	fetched_at := extract(epoch FROM one.fetched_at)::bigint;
	RETURN NEXT;
END
$$;

-- The file, out of the registry for ever: whoever rolls this back has given nothing.
CREATE FUNCTION subscriber_pickup_take(asked text, code bytea, at bigint) RETURNS TABLE (sealed bytea, key_digest bytea)
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
DECLARE
	one pickup;
BEGIN
	SELECT p.* INTO one FROM pickup p JOIN delivery d ON d.id = p.delivery_id JOIN application a ON a.id = d.application_id
		WHERE a.receipt_number = asked AND p.code_sha256 = code AND p.sealed IS NOT NULL AND p.until > to_timestamp(at) FOR UPDATE OF p;
	IF FOUND THEN
		UPDATE pickup p SET sealed = NULL, fetched_at = to_timestamp(at) WHERE p.delivery_id = one.delivery_id;
		sealed := one.sealed;
		key_digest := one.key_digest;
		RETURN NEXT;
	END IF;
END
$$;

-- How far revocations were told.
CREATE TABLE notice_feed_place (
	only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
	transaction bigint NOT NULL,
	status_id bigint NOT NULL
);
INSERT INTO notice_feed_place (transaction, status_id) VALUES (0, 0);

-- Revocations that were not told yet, at most so many; the number looked at. Whoever never had the key is not told that it ended.
CREATE FUNCTION notice_revocations(most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = inkan, pg_temp AS $$
DECLARE
	place notice_feed_place;
	seen record;
	looked integer := 0;
BEGIN
	SELECT * INTO place FROM notice_feed_place FOR UPDATE;
	FOR seen IN SELECT r.issuer_id, r.serial_number, r.edition, r.revocation_date, r.transaction, r.status_id
		FROM certificate_revocation r WHERE (r.transaction, r.status_id) > (place.transaction, place.status_id)
		AND r.transaction < settled_transaction() ORDER BY r.transaction, r.status_id LIMIT most LOOP
		looked := looked + 1;
		INSERT INTO notice (application_id, kind, deed, at, serial_number)
			SELECT a.id, 'revoked', encode(seen.serial_number, 'hex'), seen.revocation_date, seen.serial_number
			FROM certificate c JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = o.application_id
			WHERE seen.edition = 1 AND c.issuer_id = seen.issuer_id AND c.serial_number = seen.serial_number
			AND (a.key_origin <> 'handover' OR EXISTS (SELECT FROM delivery d WHERE d.application_id = a.id
				AND d.serial_number = seen.serial_number))
			ON CONFLICT DO NOTHING;
		UPDATE notice_feed_place SET transaction = seen.transaction, status_id = seen.status_id;
	END LOOP;
	RETURN looked;
END
$$;

-- When people are reminded of an end so many days away: 9 in the morning in Japan, on a working day.
CREATE FUNCTION notice_day(not_after timestamptz, days integer, holidays date[]) RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT (max(d) + time '09:00') AT TIME ZONE interval '+09:00' FROM generate_series(
		((not_after AT TIME ZONE interval '+09:00')::date - days - 21)::timestamp,
		((not_after AT TIME ZONE interval '+09:00')::date - days)::timestamp, '1 day') d
	WHERE extract(isodow FROM d) < 6 AND NOT d::date = ANY (holidays)
$$;

-- Certificates that people use, and what they were renewed by: another one of the same person and profile, for longer; and an
-- application for one, while it is on its way.
CREATE VIEW certificate_in_use AS
	SELECT c.issuer_id, c.serial_number, c.issued_at, c.not_after, a.id AS application_id, a.receipt_number, a.lra, a.display_name,
		a.entity, a.profile, a.key_origin, (SELECT b.receipt_number FROM application b JOIN certificate_order p ON p.application_id = b.id
			JOIN certificate n ON n.order_id = p.id WHERE b.entity = a.entity AND b.profile = a.profile AND b.id <> a.id
			AND n.not_after > c.not_after AND NOT EXISTS (SELECT FROM certificate_revocation v
				WHERE v.issuer_id = n.issuer_id AND v.serial_number = n.serial_number)
			ORDER BY n.not_after DESC LIMIT 1) AS renewed_by,
		(SELECT b.receipt_number FROM application b WHERE b.entity = a.entity AND b.profile = a.profile AND b.id > a.id AND b.state IN
			('received', 'identified', 'submitted', 'verified', 'ordered', 'issued', 'refused') ORDER BY b.id DESC LIMIT 1) AS renewal
	FROM certificate c JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = o.application_id
	WHERE a.state IN ('delivered', 'accepted') AND NOT EXISTS (SELECT FROM certificate_revocation v
		WHERE v.issuer_id = c.issuer_id AND v.serial_number = c.serial_number);

-- How long behind a hand-over people are reminded of its receipt (feature 17), and how long before an end of that (feature 32).
CREATE FUNCTION notice_days_of_receipt() RETURNS integer[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[7, 14, 21]';
CREATE FUNCTION notice_days_of_end() RETURNS integer[] LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY[60, 30, 15, 5, 1]';

-- Reminders that are due. Of several that were missed only the last is written: nobody gets them in a heap.
CREATE FUNCTION notice_reminders(at_time bigint, holidays text[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = inkan, pg_temp AS $$
DECLARE
	present timestamptz := to_timestamp(at_time);
	closed date[] := holidays::date[];
	receipts bigint;
	ends bigint;
BEGIN
	INSERT INTO notice (application_id, kind, deed, at, days, serial_number)
		SELECT a.id, 'receiptReminder', format('%s.%s', d.id, r.days), present, r.days, d.serial_number
		FROM application a
		CROSS JOIN LATERAL (SELECT * FROM delivery h WHERE h.application_id = a.id ORDER BY h.id DESC LIMIT 1) d
		CROSS JOIN LATERAL (SELECT max(days) AS days FROM unnest(notice_days_of_receipt()) days
			WHERE d.delivered_at + make_interval(days => days) <= present) r
		WHERE a.state = 'delivered' AND a.changed_at <= present - interval '7 days' AND r.days IS NOT NULL
		AND NOT EXISTS (SELECT FROM certificate_revocation v JOIN issuer i ON i.id = v.issuer_id
			WHERE i.name = d.issuer AND v.serial_number = d.serial_number)
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS receipts = ROW_COUNT;
	-- When reminders go out depends on the day of the end alone: there are few of those, and many certificates. Of each day the
	-- last one that is due.
	INSERT INTO notice (application_id, kind, deed, at, days, serial_number)
		WITH due AS MATERIALIZED (SELECT DISTINCT ON (ends) * FROM (SELECT e::date AS ends, days,
				notice_day((e::date + time '12:00') AT TIME ZONE interval '+09:00', days, closed) AS at
				FROM generate_series((present AT TIME ZONE interval '+09:00')::date::timestamp,
					(present AT TIME ZONE interval '+09:00')::date::timestamp + interval '82 days', '1 day') e,
				unnest(notice_days_of_end()) days) d WHERE d.at <= present ORDER BY ends, days)
		SELECT c.application_id, 'expiring', format('%s.%s', encode(c.serial_number, 'hex'), r.days), present, r.days, c.serial_number
		FROM certificate_in_use c JOIN due r ON r.ends = (c.not_after AT TIME ZONE interval '+09:00')::date AND r.at > c.issued_at
		WHERE c.not_after > present AND c.not_after < present + interval '82 days'
		AND NOT EXISTS (SELECT FROM notice n WHERE n.application_id = c.application_id AND n.kind = 'expiring'
			AND n.deed = format('%s.%s', encode(c.serial_number, 'hex'), r.days))
		AND c.renewed_by IS NULL
		ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS ends = ROW_COUNT;
	RETURN receipts + ends;
END
$$;

-- The secret address at which one person's calendar program fetches what ends (feature 32): a hash of it.
CREATE TABLE calendar_address (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
	person text NOT NULL CHECK (length(person) < 32),
	created_at timestamptz NOT NULL,
	used_at timestamptz,	-- to the hour
	ended_at timestamptz
);
CREATE UNIQUE INDEX calendar_address_single ON calendar_address (person) WHERE ended_at IS NULL;
CREATE FUNCTION calendar_address_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.ended_at IS NOT NULL THEN
		RAISE EXCEPTION 'calendar_address: what has ended stays ended' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON calendar_address FOR EACH ROW EXECUTE FUNCTION calendar_address_guard();
CREATE TRIGGER final BEFORE DELETE ON calendar_address FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the sender sees of the house: what is not sent yet, and of a case only what its notice says.
CREATE VIEW notice_open AS
	SELECT n.id, n.kind, n.at, n.days, n.serial_number, n.words, n.expanded, a.receipt_number, a.lra, a.display_name AS name,
		a.notice_mail AS mail, a.notice_language AS language,
		(SELECT max(d.receipt_due_at) FROM delivery d WHERE d.application_id = a.id) AS due_at,
		(SELECT max(c.not_after) FROM certificate_order o JOIN certificate c ON c.order_id = o.id
			WHERE o.application_id = a.id AND (n.serial_number IS NULL OR c.serial_number = n.serial_number)) AS not_after
	FROM notice n JOIN application a ON a.id = n.application_id
	WHERE NOT n.expanded OR EXISTS (SELECT FROM notice_delivery d WHERE d.notice_id = n.id AND d.state = 'queued');

-- ---------------------------------------------------------------------------------------------------------------------
-- Sessions of browsers (R-ACC-06): who is logged in, by what, and until when. Only the browser has the token itself.

CREATE TABLE web_session (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32), -- a new one at each step-up
	person text NOT NULL CHECK (length(person) < 32),
	roles text NOT NULL CHECK (length(roles) < 64), -- as the roster said at login: other ones end the session
	form text NOT NULL CHECK (form IN ('card', 'passkey')),
	credential bytea NOT NULL CHECK (length(credential) = 32), -- SHA-256 of the certificate, or of the passkey's id
	created_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL,
	verified_at timestamptz NOT NULL, -- the last login or step-up
	ends_at timestamptz NOT NULL,
	ended_at timestamptz,
	ended_by text CHECK (ended_by IN ('logout', 'login', 'idle', 'time', 'roster', 'passkey')),
	CONSTRAINT ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX web_session_single ON web_session (person) WHERE ended_at IS NULL;
CREATE FUNCTION web_session_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.ended_at IS NOT NULL THEN
		RAISE EXCEPTION 'web_session: what has ended stays ended' USING ERRCODE = 'P0001';
	END IF;
	IF (NEW.id, NEW.person, NEW.roles, NEW.form, NEW.credential, NEW.created_at, NEW.ends_at)
		IS DISTINCT FROM (OLD.id, OLD.person, OLD.roles, OLD.form, OLD.credential, OLD.created_at, OLD.ends_at) THEN
		RAISE EXCEPTION 'web_session: whose it is, and for how long, does not change' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON web_session FOR EACH ROW EXECUTE FUNCTION web_session_guard();
CREATE TRIGGER final BEFORE DELETE ON web_session FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a passkey is asked to sign so that its owner may log in or step up. Whoever takes one lets it expire: it is good once.
-- Rows that have expired are used again for others, so that nobody who asks and asks can fill the registry.
CREATE TABLE web_challenge (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	challenge bytea NOT NULL UNIQUE CHECK (length(challenge) = 32),
	purpose text NOT NULL CHECK (purpose IN ('login', 'stepUp')),
	session_id bigint REFERENCES web_session,
	expires_at timestamptz NOT NULL CHECK (expires_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z'),
	CONSTRAINT whose CHECK ((purpose = 'login') = (session_id IS NULL))
);
CREATE INDEX web_challenge_expiry ON web_challenge (expires_at);

-- ---------------------------------------------------------------------------------------------------------------------
-- Passkeys (R-ACC-04): a code that an administrator handed out, what a browser registered with it, and what administrators
-- signed about it. Only the signed documents count, read with the roster (common/flow/enrolment.h): a row alone enrols nobody.

CREATE TABLE enrolment_code (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	person text NOT NULL CHECK (length(person) <= 64),
	lra text NOT NULL CHECK (length(lra) <= 64),
	code_hash bytea NOT NULL CHECK (length(code_hash) = 32), -- PBKDF2 with SHA-256
	salt bytea NOT NULL CHECK (length(salt) = 16),
	iterations integer NOT NULL CHECK (iterations >= 100000),
	challenge bytea NOT NULL CHECK (length(challenge) = 32), -- of the registration
	made_by text NOT NULL CHECK (made_by <> person AND length(made_by) <= 64),
	made_at timestamptz NOT NULL,
	expires_at timestamptz NOT NULL CHECK (expires_at > made_at AND expires_at <= made_at + interval '7 days'),
	tries smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
	ended_at timestamptz,
	ended_by text CHECK (ended_by IN ('used', 'replaced', 'tries')),
	CONSTRAINT ended_whole CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX enrolment_code_open ON enrolment_code (person) WHERE ended_at IS NULL;
CREATE FUNCTION enrolment_code_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.ended_at IS NOT NULL OR NEW.tries < OLD.tries OR (NEW.id, NEW.person, NEW.lra, NEW.code_hash, NEW.salt,
		NEW.iterations, NEW.challenge, NEW.made_by, NEW.made_at, NEW.expires_at) IS DISTINCT FROM (OLD.id, OLD.person,
		OLD.lra, OLD.code_hash, OLD.salt, OLD.iterations, OLD.challenge, OLD.made_by, OLD.made_at, OLD.expires_at) THEN
		RAISE EXCEPTION 'enrolment_code: a code is used once, and not changed' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON enrolment_code FOR EACH ROW EXECUTE FUNCTION enrolment_code_guard();
CREATE TRIGGER final BEFORE DELETE ON enrolment_code FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE credential (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	credential_id bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
	person text NOT NULL CHECK (length(person) <= 64),
	lra text NOT NULL CHECK (length(lra) <= 64),
	content bytea NOT NULL CHECK (length(content) <= 8192), -- what administrators are asked to sign
	code_id bigint NOT NULL UNIQUE REFERENCES enrolment_code,
	registered_at timestamptz NOT NULL,
	sign_count bigint NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295), -- as last seen
	last_used_at timestamptz
);
CREATE INDEX credential_of_person ON credential (person, id);
CREATE UNIQUE INDEX credential_digest ON credential (sha256(credential_id)); -- as sessions name it
CREATE FUNCTION credential_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.sign_count < OLD.sign_count OR (NEW.id, NEW.credential_id, NEW.person, NEW.lra, NEW.content, NEW.code_id,
		NEW.registered_at) IS DISTINCT FROM (OLD.id, OLD.credential_id, OLD.person, OLD.lra, OLD.content, OLD.code_id,
		OLD.registered_at) THEN
		RAISE EXCEPTION 'credential: only its counter goes on' USING ERRCODE = 'P0001';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON credential FOR EACH ROW EXECUTE FUNCTION credential_guard();
CREATE TRIGGER final BEFORE DELETE ON credential FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE enrolment (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	credential_id bytea NOT NULL REFERENCES credential (credential_id),
	kind text NOT NULL CHECK (kind IN ('enrol', 'disenrol')),
	person text NOT NULL CHECK (length(person) <= 64), -- who signed
	form text NOT NULL CHECK (length(form) < 16),
	statement bytea NOT NULL CHECK (length(statement) <= 32768),
	signature bytea NOT NULL CHECK (length(signature) <= 32768),
	statement_sha256 bytea NOT NULL UNIQUE CHECK (statement_sha256 = sha256(statement)),
	decided_at timestamptz NOT NULL,
	UNIQUE (credential_id, kind, person)
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON enrolment FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- The register of corporate numbers 法人番号 as its keeper publishes it (R-IDV-01, -02): a copy, loaded as a whole.

CREATE TABLE corporate_number (
	number text PRIMARY KEY CHECK (number ~ '^[1-9][0-9]{12}$'),
	name text NOT NULL CHECK (length(name) <= 400),
	furigana text NOT NULL CHECK (length(furigana) <= 1000),
	en_name text NOT NULL CHECK (length(en_name) <= 600),
	address text NOT NULL CHECK (length(address) <= 1000),
	en_address text NOT NULL CHECK (length(en_address) <= 1000),
	kind smallint NOT NULL,		-- 301: 株式会社
	updated_on date NOT NULL,
	closed_on date,			-- NULL: it is there
	close_cause text NOT NULL DEFAULT '',
	successor text NOT NULL DEFAULT ''	-- number of who took it over
);
-- What is being loaded: in its transaction alone there is anything in it.
CREATE TABLE corporate_number_loading (LIKE corporate_number INCLUDING ALL);
-- Which data there is: the last row counts.
CREATE TABLE corporate_register (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('full', 'update')),
	loaded_at timestamptz NOT NULL,
	loaded_by text NOT NULL,
	sha256 bytea NOT NULL CHECK (length(sha256) = 32),
	size bigint NOT NULL CHECK (size >= 0),
	rows bigint NOT NULL CHECK (rows >= 0),
	total bigint NOT NULL CHECK (total >= 0),	-- numbers that are there now
	newest date NOT NULL,		-- of its updates: how old the data is
	CONSTRAINT times CHECK (loaded_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON corporate_register FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Why something that is not as the register says is right all the same (R-IDV-04); for all cases with these names, as long as names
-- and entry stay what they were.
CREATE TABLE corporate_decision (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	lra text NOT NULL,
	number text NOT NULL,
	names text NOT NULL CHECK (octet_length(names) <= 4096),
	entry text NOT NULL CHECK (octet_length(entry) <= 16384),
	finding text NOT NULL,
	reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
	decided_by text NOT NULL,
	decided_at timestamptz NOT NULL,
	CONSTRAINT times CHECK (decided_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE INDEX corporate_decision_of ON corporate_decision (lra, number, id DESC);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON corporate_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What was loaded takes the place of what was there, in this transaction: whoever reads waits for its end, and no longer.
CREATE FUNCTION corporate_replace() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM corporate_number_loading) THEN
		RAISE EXCEPTION 'corporate_number: nothing was loaded';
	END IF;
	ALTER TABLE corporate_number RENAME TO corporate_number_before;
	ALTER TABLE corporate_number_loading RENAME TO corporate_number;
	ALTER TABLE corporate_number_before RENAME TO corporate_number_loading;
	ALTER INDEX corporate_number_pkey RENAME TO corporate_number_before_pkey;
	ALTER INDEX corporate_number_loading_pkey RENAME TO corporate_number_pkey;
	ALTER INDEX corporate_number_before_pkey RENAME TO corporate_number_loading_pkey;
	TRUNCATE corporate_number_loading;
END
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Audit (R-LOG): the event is part of the deed's transaction; the chain is closed behind it, in commit order.

CREATE TABLE audit_event (
	id bigint GENERATED ALWAYS AS IDENTITY,
	at timestamptz NOT NULL,
	event text NOT NULL,
	actor text NOT NULL,	-- person or component id, never a name
	role text NOT NULL,
	origin text NOT NULL,	-- process, and the request's ref
	object text NOT NULL,	-- receipt number, order, serial number
	result text NOT NULL CHECK (result IN ('done', 'refused')),
	detail text NOT NULL,	-- canonical JSON, without personal data
	digest bytea NOT NULL CHECK (length(digest) = 32), -- over all of the above (common/flow/audit.h)
	transaction bigint NOT NULL DEFAULT this_transaction(),
	PRIMARY KEY (id, at),
	CONSTRAINT sizes CHECK (octet_length(event) <= 64 AND octet_length(actor) <= 256 AND octet_length(role) <= 64
		AND octet_length(origin) <= 256 AND octet_length(object) <= 512 AND octet_length(detail) <= 32768),
	CONSTRAINT times CHECK (at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_feed ON audit_event (transaction, id);
CREATE INDEX audit_event_of_object ON audit_event (object);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the LRA may read of the log: what happened to applications, and nothing of anything else.
CREATE VIEW application_history AS
	SELECT a.receipt_number, a.lra, e.id, e.at, e.event, e.actor, e.role, e.detail
	FROM application a JOIN audit_event e ON e.object = a.receipt_number WHERE e.result = 'done';

-- The chain: each link names its events in order with their digests, and the link before.
CREATE TABLE audit_link (
	sequence bigint PRIMARY KEY CHECK (sequence >= 1),
	previous bytea NOT NULL CHECK (length(previous) = 32),
	event_ids bigint[] NOT NULL CHECK (cardinality(event_ids) > 0),
	event_digests bytea NOT NULL,
	digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
	last_transaction bigint NOT NULL,
	last_event_id bigint NOT NULL,
	sealed_at timestamptz NOT NULL,
	CONSTRAINT digests_of_events CHECK (length(event_digests) = 32 * cardinality(event_ids))
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How the auditor's walks along the whole chain ended, for those who may not walk themselves (UX feature 21).
CREATE TABLE audit_check (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	checked_at timestamptz NOT NULL,
	links bigint NOT NULL CHECK (links >= 0),	-- that were good, from the first
	events bigint NOT NULL CHECK (events >= 0),
	head bytea NOT NULL CHECK (length(head) = 32),	-- digest of the last of them
	fault text CHECK (octet_length(fault) <= 512),	-- where the chain breaks; NULL: nowhere
	CONSTRAINT times CHECK (checked_at BETWEEN 'epoch' AND '9999-12-31 23:59:59Z')
);
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON audit_check FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What an LRA's counter may read of the trail: what was done about applications, and what people of LRAs did. lra: of the
-- application; NULL: of none.
CREATE VIEW audit_trail AS
	SELECT e.id, e.at, e.event, e.actor, e.role, e.origin, e.object, e.result, e.detail, a.lra
	FROM audit_event e LEFT JOIN application a ON a.receipt_number = e.object
	WHERE a.id IS NOT NULL OR e.role IN ('lraClerk', 'lraApprover', 'lraAdmin', 'lraGateway', 'auditor', 'subscriber');

-- ---------------------------------------------------------------------------------------------------------------------
-- Partitions by month, made ahead; the default one takes what nobody prepared for, so that no deed ever fails for it.

CREATE TABLE certificate_other PARTITION OF certificate DEFAULT;
CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT;

-- A row's trigger does not see TRUNCATE, and a partition has no statement's trigger of its parent.
CREATE FUNCTION guard_all() RETURNS void LANGUAGE plpgsql SET search_path = inkan, pg_temp AS $$
DECLARE
	guarded regclass;
BEGIN
	FOR guarded IN SELECT t.tgrelid FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace = 'inkan'::regnamespace AND t.tgname = 'final'
		AND NOT EXISTS (SELECT FROM pg_trigger a WHERE a.tgrelid = t.tgrelid AND a.tgname = 'final_all') LOOP
		EXECUTE format('CREATE TRIGGER final_all BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION inkan.refuse_change()',
			guarded);
	END LOOP;
END
$$;
SELECT guard_all();

-- A month whose rows came before its partition was made, by a clock that ran ahead, stays with the default one.
CREATE FUNCTION prepare_partitions(from_month date, months integer) RETURNS integer LANGUAGE plpgsql
	SECURITY DEFINER SET search_path = inkan, pg_temp AS $$
DECLARE
	parent text;
	start date;
	name text;
	made integer := 0;
BEGIN
	FOR i IN 0 .. months LOOP
		start := (date_trunc('month', from_month) + make_interval(months => i))::date;
		FOREACH parent IN ARRAY ARRAY['certificate', 'audit_event'] LOOP
			name := parent || to_char(start, '_YYYYMM');
			IF to_regclass('inkan.' || name) IS NULL THEN
				BEGIN
					EXECUTE format('CREATE TABLE inkan.%I PARTITION OF inkan.%I FOR VALUES FROM (%L) TO (%L)', name, parent,
						start::timestamp AT TIME ZONE 'UTC', (start + interval '1 month')::timestamp AT TIME ZONE 'UTC');
					made := made + 1;
				EXCEPTION WHEN check_violation THEN
					RAISE NOTICE '%: its rows are in the default partition', name;
				END;
			END IF;
		END LOOP;
	END LOOP;
	PERFORM guard_all();
	RETURN made;
END
$$;
SELECT prepare_partitions(current_date, 12);

-- ---------------------------------------------------------------------------------------------------------------------
-- Rights: what is not granted here, no process can do (R-ACC-07).

GRANT USAGE ON SCHEMA inkan TO inkan_lra, inkan_ra, inkan_orders, inkan_ca, inkan_publish, inkan_status, inkan_audit, inkan_notices, inkan_subscriber;
GRANT SELECT ON schema_version TO inkan_lra, inkan_ra, inkan_orders, inkan_ca, inkan_publish, inkan_status, inkan_audit, inkan_notices, inkan_subscriber;
REVOKE EXECUTE ON FUNCTION subscriber_case(text), subscriber_own(bytea, bytea), subscriber_set_phrase(text, bytea, bytea, bigint),
	subscriber_try(text, bigint), subscriber_right(text), subscriber_write(text, text, text, text, bytea, bigint),
	subscriber_sign(text, bytea, bytea, bigint), subscriber_pickup_try(text, bytea, bigint), subscriber_pickup_take(text, bytea, bigint),
	prepare_partitions(date, integer), guard_all(), notice_of_step(), notice_revocations(integer),
	notice_reminders(bigint, text[]), corporate_replace() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prepare_partitions(date, integer) TO inkan_audit;
-- Where rows are followed in the order of their numbers, those who write them do not choose the numbers.
GRANT INSERT (at, event, actor, role, origin, object, result, detail, digest) ON audit_event TO inkan_lra, inkan_ra, inkan_orders, inkan_ca, inkan_publish, inkan_subscriber;

GRANT SELECT, INSERT ON agreement, agreement_acceptance, application_version, evidence, decision, receipt TO inkan_lra;
-- Column by column: a right to the whole table is one to lock it, and the CA with it.
GRANT SELECT ON application, delivery TO inkan_lra;
GRANT INSERT (receipt_number, lra, method, state, event, event_role, version, content, profile, subject_digest, display_name,
	entity, key_origin, subject_public_key_info, acceptance_id, entered_by, received_at, changed_at, idempotency_key, notice_mail,
	notice_language, name_key, person_romaji, person_kanji, organization_number) ON application TO inkan_lra;
GRANT UPDATE (state, event, event_role, version, content, profile, subject_digest, display_name, entity, key_origin,
	subject_public_key_info, identified_by, approved_by, changed_at, refusal, notice_mail, notice_language, notice_words,
	name_key, person_romaji, person_kanji, organization_number, held_at, held_by, hold_reason, hold_note, resumer, resume_on) ON application TO inkan_lra;
GRANT INSERT (application_id, issuer, serial_number, form, file_channel, pin_channel, sealed_pin, delivered_by, delivered_at,
	receipt_due_at) ON delivery TO inkan_lra;
GRANT UPDATE (sealed_pin, pin_shown_at) ON delivery TO inkan_lra;
GRANT INSERT (delivery_id, code_sha256, salt, hash, sealed, key_digest, until) ON pickup TO inkan_lra;
GRANT SELECT (delivery_id, key_digest, until, tries, tried_at, fetched_at, ended_at, ended_as) ON pickup TO inkan_lra;
GRANT UPDATE (sealed, ended_at, ended_as) ON pickup TO inkan_lra;
GRANT SELECT, INSERT ON distribution, distribution_row TO inkan_lra;
GRANT UPDATE (cancelled_at, taken_at) ON distribution TO inkan_lra;
GRANT UPDATE (state, tried_at, ended_at, refusal, pkcs12) ON distribution_row TO inkan_lra;
GRANT SELECT, INSERT ON import, import_row TO inkan_lra;
GRANT UPDATE (sha256, size, rows, charset, charset_reason, separator, header, common, columns, state, mode, started_by, started_at,
	ended_at, form, statement, signature) ON import TO inkan_lra;
GRANT UPDATE (version, cells, state, form, faults, repairs, subject, entity, key_digest, same_row, same_receipt, keep, receipt_number)
	ON import_row TO inkan_lra;
GRANT SELECT, INSERT ON evidence_file, evidence_closed, evidence_damage TO inkan_lra;
GRANT SELECT ON evidence_destruction TO inkan_lra;
GRANT INSERT (application_id, reason, proposed_by, proposed_at) ON evidence_destruction TO inkan_lra;
GRANT UPDATE (approved_by, approved_at, done_at) ON evidence_destruction TO inkan_lra;
GRANT SELECT ON application_step, certificate, certificate_revocation, issuer TO inkan_lra;
GRANT SELECT (issuer_id, shard, crl_number, this_update, next_update, published_at) ON crl TO inkan_lra;
GRANT SELECT ON revocation TO inkan_lra;
GRANT INSERT (issuer, serial_number, reason, event, requester, form, statement, signature, statement_sha256, received_at, due_at)
	ON revocation TO inkan_lra;
GRANT SELECT (id, application_id, state, refusal, placed_at, answered_at) ON certificate_order TO inkan_lra;
GRANT USAGE ON SEQUENCE receipt_sequence TO inkan_lra;
GRANT SELECT, INSERT ON web_session TO inkan_lra;
GRANT UPDATE (token_sha256, seen_at, verified_at, ended_at, ended_by) ON web_session TO inkan_lra;
GRANT SELECT, INSERT ON web_challenge TO inkan_lra;
GRANT UPDATE (challenge, purpose, session_id, expires_at) ON web_challenge TO inkan_lra;
GRANT SELECT, INSERT ON application_taker TO inkan_lra;
GRANT UPDATE (person, taken_at) ON application_taker TO inkan_lra;
GRANT SELECT, INSERT ON draft TO inkan_lra;
GRANT UPDATE (sealed, saved_at) ON draft TO inkan_lra;
GRANT SELECT ON application_history, audit_trail, audit_check TO inkan_lra;
-- Both, for they change places.
GRANT SELECT, INSERT ON corporate_number, corporate_number_loading TO inkan_lra;
GRANT UPDATE (name, furigana, en_name, address, en_address, kind, updated_on, closed_on, close_cause, successor)
	ON corporate_number, corporate_number_loading TO inkan_lra;
GRANT SELECT, INSERT ON corporate_register, corporate_decision TO inkan_lra;
GRANT EXECUTE ON FUNCTION corporate_replace() TO inkan_lra;
GRANT SELECT, INSERT ON enrolment_code, credential, enrolment TO inkan_lra;
GRANT UPDATE (tries, ended_at, ended_by) ON enrolment_code TO inkan_lra;
GRANT UPDATE (sign_count, last_used_at) ON credential TO inkan_lra;
GRANT SELECT ON enrolment TO inkan_orders, inkan_ca;
GRANT SELECT ON subscriber_letter TO inkan_lra;
GRANT UPDATE (done_at, refusal) ON subscriber_letter TO inkan_lra;
GRANT SELECT ON notice, notice_delivery, certificate_in_use, calendar_address TO inkan_lra;
GRANT INSERT (token_sha256, person, created_at) ON calendar_address TO inkan_lra;
GRANT UPDATE (used_at, ended_at) ON calendar_address TO inkan_lra;
GRANT UPDATE (state, round, tries, queued_at, next_at, changed_at) ON notice_delivery TO inkan_lra;

GRANT SELECT ON notice_open TO inkan_notices;
GRANT UPDATE (expanded) ON notice TO inkan_notices;
GRANT SELECT (id, expanded) ON notice TO inkan_notices;
GRANT SELECT ON notice_delivery TO inkan_notices;
GRANT INSERT (notice_id, channel, recipient, state, queued_at, next_at, changed_at) ON notice_delivery TO inkan_notices;
GRANT UPDATE (state, tries, next_at, changed_at, answer) ON notice_delivery TO inkan_notices;
GRANT EXECUTE ON FUNCTION subscriber_case(text), subscriber_own(bytea, bytea), subscriber_set_phrase(text, bytea, bytea, bigint),
	subscriber_try(text, bigint), subscriber_right(text), subscriber_write(text, text, text, text, bytea, bigint),
	subscriber_sign(text, bytea, bytea, bigint), subscriber_pickup_try(text, bytea, bigint), subscriber_pickup_take(text, bytea, bigint) TO inkan_subscriber;
GRANT EXECUTE ON FUNCTION notice_revocations(integer), notice_reminders(bigint, text[]) TO inkan_notices;

GRANT SELECT ON application, application_version, application_step, evidence, decision, agreement, agreement_acceptance,
	certificate_order, certificate, certificate_revocation, issuer, revocation, receipt TO inkan_ra;
GRANT SELECT (id, application_id, issuer, serial_number, form, file_channel, pin_channel, pin_shown_at, delivered_by,
	delivered_at, receipt_due_at) ON delivery TO inkan_ra;

GRANT SELECT ON application, application_step, evidence, decision, agreement, agreement_acceptance, blocked_key, issuer,
	certificate, certificate_revocation TO inkan_orders;
GRANT UPDATE (state, event, event_role, changed_at, refusal) ON application TO inkan_orders;
GRANT SELECT, INSERT ON subject_name, subject_key TO inkan_orders;
GRANT SELECT ON certificate_order TO inkan_orders;
GRANT INSERT (application_id, document, signature, document_sha256) ON certificate_order TO inkan_orders;

GRANT SELECT ON certificate_order, subject_name, subject_key TO inkan_ca;
GRANT SELECT (id, receipt_number) ON application TO inkan_ca;
GRANT UPDATE (state, answered_at, refusal) ON certificate_order TO inkan_ca;
GRANT SELECT, INSERT ON issuer, blocked_key, subject_key TO inkan_ca;
GRANT SELECT ON serial_reservation, certificate, certificate_revocation TO inkan_ca;
GRANT INSERT (issuer_id, serial_number, order_id, not_before, not_after) ON serial_reservation TO inkan_ca;
GRANT INSERT (issuer_id, serial_number, issued_at, order_id, profile, profile_version, not_after, subject_digest, key_digest,
	der) ON certificate TO inkan_ca;
GRANT INSERT (issuer_id, serial_number, edition, revocation_date, invalidity_date, reason, not_after, revocation_id) ON certificate_revocation
	TO inkan_ca;
GRANT USAGE ON SEQUENCE status_sequence TO inkan_ca;
GRANT SELECT ON revocation TO inkan_ca;
GRANT UPDATE (state, answered_at, refusal) ON revocation TO inkan_ca;

GRANT SELECT ON issuer, certificate_revocation, certificate, serial_reservation, revocation TO inkan_publish;
GRANT UPDATE (published_at) ON revocation TO inkan_publish;
GRANT SELECT, INSERT ON crl TO inkan_publish;
GRANT UPDATE (entries, size, sha256, published_at) ON crl TO inkan_publish;

GRANT SELECT ON status_feed TO inkan_status;

GRANT SELECT ON audit_event TO inkan_audit;
GRANT SELECT, INSERT ON audit_link TO inkan_audit;
GRANT SELECT, INSERT ON audit_check TO inkan_audit;

RESET ROLE;
RESET search_path;
