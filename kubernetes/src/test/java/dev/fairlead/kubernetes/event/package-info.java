/** Events, on a mock. */
package dev.fairlead.kubernetes.event;
