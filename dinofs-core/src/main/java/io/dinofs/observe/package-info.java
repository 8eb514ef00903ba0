/** What a program tells of itself to those who run it. */
package io.dinofs.observe;
