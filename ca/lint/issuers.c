/* issuers: the rows of issuers.cfg, and what the CAs' own certificates say, read by the second reader's walker. */
#include "ca/lint/policy.h"
#include "common/base/file.h"
#include "common/base/limits.h"

/* The first certificate of a PEM file, in DER. */
static RESULT read_pem(const char *path, struct lint_issuer *out)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----",
			  end[] = "-----END CERTIFICATE-----";
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf lines = BUF(64 * KIB);
	AUTO(buf_clear) struct buf der = BUF(sizeof out->der);
	TRY(file_read(path, &file));
	const char *from = strstr(buf_text(&file), begin);
	const char *to = from == NULL ? NULL : strstr(from, end);
	if (to == NULL)
		return FAIL(E_INPUT, "%s: no certificate in PEM", path);
	for (from += sizeof begin - 1; from < to; from++)
		if (*from != '\n' && *from != '\r')
			TRY(buf_append(&lines, blob_make(from, 1)));
	TRY_IN(base64_decode(buf_view(&lines), &der), "%s", path);
	memcpy(out->der, der.data, der.len);
	out->der_len = der.len;
	return OK;
}

/* nameConstraints of the two forms that the profiles have; another form is no CA of ours. */
static bool read_constraints(struct span value, struct lint_issuer *out)
{
	struct node whole, part, tree, name;
	if (!walk_take_tag(&value, 0x30, &whole) || value.len != 0)
		return false;
	if (walk_take_tag(&whole.content, 0xa0, &part))
		while (part.content.len > 0) {
			if (out->dns_count == CONSTRAINTS_MOST ||
				!walk_take_tag(&part.content, 0x30, &tree) ||
				!walk_take_tag(&tree.content, 0x82, &name) ||
				tree.content.len != 0)
				return false;
			out->dns[out->dns_count++] = name.content;
		}
	if (walk_take_tag(&whole.content, 0xa1, &part)) {
		out->no_rfc822 = walk_take_tag(&part.content, 0x30, &tree) &&
				 walk_take_tag(&tree.content, 0x81, &name) &&
				 name.content.len == 0 && tree.content.len == 0 &&
				 part.content.len == 0;
		if (!out->no_rfc822)
			return false;
	}
	return whole.content.len == 0;
}

static bool read_extensions(struct span list, struct lint_issuer *out)
{
	static const uint8_t ski[] = { 0x55, 0x1d, 0x0e },
			     constraints[] = { 0x55, 0x1d, 0x1e };
	struct node row, oid, critical, value, octets;
	while (list.len > 0) {
		if (!walk_take_tag(&list, 0x30, &row) ||
			!walk_take_tag(&row.content, 0x06, &oid))
			return false;
		walk_take_tag(&row.content, 0x01, &critical);
		if (!walk_take_tag(&row.content, 0x04, &value))
			return false;
		if (span_equal(oid.content, SPAN(ski)) &&
			walk_take_tag(&value.content, 0x04, &octets))
			out->key_identifier = octets.content;
		if (span_equal(oid.content, SPAN(constraints)) &&
			!read_constraints(value.content, out))
			return false;
	}
	return out->key_identifier.len > 0;
}

static bool read_tbs(struct span in, struct lint_issuer *out)
{
	struct node node, issuer, validity, subject, before, after, spki, wrapped, list;
	if (!walk_take_tag(&in, 0xa0, &node) || !walk_take_tag(&in, 0x02, &node) ||
		!walk_take_tag(&in, 0x30, &node) || !walk_take_tag(&in, 0x30, &issuer) ||
		!walk_take_tag(&in, 0x30, &validity) ||
		!walk_take_tag(&in, 0x30, &subject) || !walk_take_tag(&in, 0x30, &spki) ||
		!walk_take(&validity.content, &before) ||
		!walk_take(&validity.content, &after) ||
		!walk_time(&before, &out->not_before) ||
		!walk_time(&after, &out->not_after) ||
		!walk_take_tag(&in, 0xa3, &wrapped) ||
		!walk_take_tag(&wrapped.content, 0x30, &list) ||
		!read_extensions(list.content, out))
		return false;
	out->subject = subject.whole;
	out->is_root = span_equal(issuer.whole, subject.whole);
	out->kind = lint_key_kind(spki.whole);
	return true;
}

static RESULT read_ca(struct lint_issuer *out)
{
	struct span in = { out->der, out->der_len };
	struct node cert, tbs;
	if (!walk_is_der(in, 16) || !walk_take_tag(&in, 0x30, &cert) || in.len != 0 ||
		!walk_take_tag(&cert.content, 0x30, &tbs) || !read_tbs(tbs.content, out))
		return FAIL(E_INPUT, "certificate: not readable");
	if (out->kind == KIND_NONE)
		return FAIL(E_INPUT,
			"certificate: a kind of key that signs nothing here");
	return OK;
}

void lint_issuer_read(const struct conf_node *row, const char *folder,
	struct lint_issuer *out, struct conf_faults *faults)
{
	char path[4096], file[1024] = "";
	size_t before = faults->count;
	lint_text_read(row, "name", out->name, sizeof out->name, faults);
	lint_text_read(row, "profile", out->profile, sizeof out->profile, faults);
	lint_text_read(row, "certificate", file, sizeof file, faults);
	lint_text_read(row, "crl_uri", out->crl_uri, sizeof out->crl_uri, faults);
	lint_text_read(row, "ocsp_uri", out->ocsp_uri, sizeof out->ocsp_uri, faults);
	lint_text_read(row, "ca_issuers_uri", out->ca_issuers_uri,
		sizeof out->ca_issuers_uri, faults);
	if (out->name[0] == 0 || out->profile[0] == 0 || file[0] == 0)
		conf_fault(faults, row, "name, profile or certificate is missing");
	if (faults->count > before)
		return;
	snprintf(path, sizeof path, "%s%s", file[0] == '/' ? "" : folder, file);
	struct err err = read_pem(path, out);
	if (!err_is(err))
		err = read_ca(out);
	if (err_is(err))
		conf_fault(faults, row, "%s: %s", out->name, err.text);
}
