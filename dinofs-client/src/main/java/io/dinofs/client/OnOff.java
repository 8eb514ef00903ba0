package io.dinofs.client;

/** What an option that is switched on or off is set to. */
enum OnOff {
  ON,
  OFF
}
