/* addresses: where lists, answers and the CA's certificate are to be found: exactly as issuers.cfg says (R-ISS-18). */
#include <string.h>

#include "ca/lint/lint_inner.h"

static bool is_http(const char *uri)
{
	return strncmp(uri, "http://", 7) == 0;
}

/* G9: one DistributionPoint with a fullName of one URI; no reasons, no cRLIssuer. */
void check_distribution(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	struct node list, point, name, full, uri;
	if (!walk_take_tag(&value, 0x30, &list) || value.len != 0 ||
		!walk_take_tag(&list.content, 0x30, &point) || list.content.len != 0 ||
		!walk_take_tag(&point.content, 0xa0, &name) || point.content.len != 0 ||
		!walk_take_tag(&name.content, 0xa0, &full) || name.content.len != 0 ||
		!walk_take_tag(&full.content, 0x86, &uri) || full.content.len != 0 ||
		s->issuer == NULL || !is_http(s->issuer->crl_uri) ||
		!span_is(uri.content, s->issuer->crl_uri))
		lint_add(findings, &lint_rule_distribution, "not the CA's");
}

/* One AccessDescription below id-ad, 1.3.6.1.5.5.7.48. */
static bool take_access(struct span *list, uint8_t method, const char *uri)
{
	const uint8_t oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, method };
	struct node row, id, location;
	return walk_take_tag(list, 0x30, &row) &&
	       walk_take_tag(&row.content, 0x06, &id) &&
	       span_equal(id.content, SPAN(oid)) &&
	       walk_take_tag(&row.content, 0x86, &location) && row.content.len == 0 &&
	       is_http(uri) && span_is(location.content, uri);
}

/* G10 */
void check_access(struct lint_subject *s, struct span value,
	struct lint_findings *findings)
{
	enum { OCSP = 1, CA_ISSUERS = 2 };
	struct node list;
	bool good =
		s->issuer != NULL && walk_take_tag(&value, 0x30, &list) && value.len == 0;
	if (good && s->profile->aia_ocsp)
		good = take_access(&list.content, OCSP, s->issuer->ocsp_uri);
	if (good && s->profile->aia_ca_issuers)
		good = take_access(&list.content, CA_ISSUERS, s->issuer->ca_issuers_uri);
	if (!good || list.content.len != 0)
		lint_add(findings, &lint_rule_access, "not the CA's");
}
