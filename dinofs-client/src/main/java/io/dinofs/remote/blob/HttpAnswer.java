package io.dinofs.remote.blob;

import io.dinofs.model.Bytes;

/** What a server answered: a status of three digits, and the whole body. */
record HttpAnswer(int status, Bytes body) {}
