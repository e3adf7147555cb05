/**
 * The L7 data plane, seen from outside: what it can be told ({@code ProxyOptions}) and what it
 * tells ({@code ProxyListener}, {@code RequestLog}). It begins in {@code server}; a request comes
 * in by {@code downstream}, is led by {@code exchange} and goes out by {@code upstream}.
 */
@NullMarked
package dev.fairlead.proxy;

import org.jspecify.annotations.NullMarked;
