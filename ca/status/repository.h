/* repository: what the public fetches: CRLs, CA certificates and one page that lists them. Names come from issuers.cfg alone. */
#ifndef CA_STATUS_REPOSITORY_H
#define CA_STATUS_REPOSITORY_H

#include "ca/status/conf.h"
#include "ca/status/tally.h"
#include "common/flow/issuer_file.h"
#include "common/net/http.h"

struct repository;
/* All borrowed. E_IO: the folder of CRLs cannot be opened. */
RESULT repository_new(const struct status_conf *conf, const struct issuer_set *set,
	struct tally *tally, struct repository **out);
void repository_free(struct repository *repository);
AUTO_DEFINE(struct repository, repository_free)

/* Bodies of the routes /crl/{name}, /ca/{name}, / and /style.css. */
RESULT repository_crl(struct repository *repository, const struct http_request *request,
	struct http_response *response);
RESULT repository_certificate(struct repository *repository,
	const struct http_request *request, struct http_response *response);
RESULT repository_page(struct repository *repository, const struct http_request *request,
	struct http_response *response);
RESULT repository_style(const struct http_request *request,
	struct http_response *response);

#endif
