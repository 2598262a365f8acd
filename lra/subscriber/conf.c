#include "lra/subscriber/conf.h"

#include "common/base/limits.h"
#include "common/base/table.h"

/* clang-format off */
#define AT(member) offsetof(struct subscriber_conf, member)
static const struct conf_item items[] = {
	{ "database", CONF_TEXT, AT(database), .required = true,
	  .help = "libpq connection, role inkan_subscriber." },
	{ "http.listen", CONF_TEXT, AT(listen), .required = true,
	  .help = "Address and port of the open door: no client certificate is asked for." },
	{ "http.origin", CONF_TEXT, AT(origin), .required = true,
	  .help = "Its address as browsers see it, https://certificates.example." },
	{ "http.certificateListen", CONF_TEXT, AT(certificate_listen), .required = true,
	  .help = "Address and port of the door that is opened with the subscriber's certificate." },
	{ "http.certificateOrigin", CONF_TEXT, AT(certificate_origin), .required = true,
	  .help = "Its address as browsers see it." },
	{ "tls.certificate", CONF_TEXT, AT(tls_certificate), .required = true,
	  .help = "PEM file of the server's certificate and chain." },
	{ "tls.key", CONF_TEXT, AT(tls_key), .required = true, .help = "PEM file of its private key." },
	{ "tls.clientCa", CONF_TEXT, AT(tls_client_ca), .required = true,
	  .help = "PEM file of the CAs whose certificates subscribers may show." },
	{ "pages", CONF_TEXT, AT(pages), .required = true, .help = "Folder of the style (lra/subscriber/pages)." },
	{ "office.nameJa", CONF_TEXT, AT(name_ja), .required = true, .help = "The LRA's name, on every page." },
	{ "office.nameEn", CONF_TEXT, AT(name_en), .required = true, .help = "The same in English." },
	{ "office.contactJa", CONF_TEXT, AT(contact_ja), .required = true,
	  .help = "Telephone and hours: the way that is always open." },
	{ "office.contactEn", CONF_TEXT, AT(contact_en), .required = true, .help = "The same in English." },
};
/* clang-format on */

RESULT subscriber_conf_load(const char *path, struct subscriber_conf *out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	TRY(conf_load(path, 64 * KIB, &conf));
	conf_read(conf, items, COUNT(items), NULL, out, faults);
	return conf_result(faults);
}

void subscriber_conf_clear(struct subscriber_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}

RESULT subscriber_conf_describe(struct buf *out)
{
	return conf_describe(items, COUNT(items), out);
}
