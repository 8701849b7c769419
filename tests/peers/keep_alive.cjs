// Loaded before a program of Node on Windows: it asks its sockets for a time of keep-alive, which those of the wine that
// the tests also run under do not know, and takes that for a connection that failed. On loopback nobody needs it.
require("node:net").Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
