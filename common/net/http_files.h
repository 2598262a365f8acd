/*
 * http_files: a folder of static pages, read whole at the start. What is served is what lies in memory under its exact name:
 * no path of a request ever reaches the file system.
 */
#ifndef COMMON_NET_HTTP_FILES_H
#define COMMON_NET_HTTP_FILES_H

#include "common/net/http.h"

struct http_files;

/*
 * Reads what lies below the folder. Left out, each with a line in the log: names that begin with a dot or have other
 * characters than A-Z a-z 0-9 . _ -, symbolic links, what is neither file nor folder, and types that are not in the table
 * (html css js json svg woff2 png ico).  E_NOT_FOUND: no such folder.  E_INPUT: more or larger than the limits in the .c.
 */
RESULT http_files_load(const char *folder, struct http_files **out);
void http_files_free(struct http_files *files);
AUTO_DEFINE(struct http_files, http_files_free)
size_t http_files_count(const struct http_files *files);

/*
 * Answers GET with the file of the request's path; a path that ends with a slash means its index.html. With the headers that
 * pages need (UX part 4), a short life in caches and an ETag; 304 when the browser has it already.  E_NOT_FOUND: none.
 */
RESULT http_files_answer(const struct http_files *files,
	const struct http_request *request, struct http_response *response);

#endif
