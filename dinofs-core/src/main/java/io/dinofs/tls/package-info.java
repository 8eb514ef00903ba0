/** TLS of both servers and of their clients, from files in PEM format. */
package io.dinofs.tls;
