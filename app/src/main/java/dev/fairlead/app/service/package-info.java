/** What is in force: one configuration with the balancers that serve it. */
@NullMarked
package dev.fairlead.app.service;

import org.jspecify.annotations.NullMarked;
