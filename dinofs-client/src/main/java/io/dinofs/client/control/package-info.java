/**
 * How other processes of the same user ask a running client: over a socket in its cache directory,
 * with one line of JSON as the question and one or more as the answer.
 */
package io.dinofs.client.control;
