// Downloads by HTTP/1.1.

#ifndef HTTP_H
#define HTTP_H

// Gets "http://host:port/path" and writes the body to a file. Returns the number of bytes, or -1
// after saying on stderr what is wrong.
long long http_download(const char *url, const char *path);

#endif
