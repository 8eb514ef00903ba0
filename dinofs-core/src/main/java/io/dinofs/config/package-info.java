/**
 * What programs are told from outside: configuration files and the forms in which users write
 * values.
 */
package io.dinofs.config;
