/** What is in {@code deploy}, checked as files and against a real API server. */
package dev.fairlead.kubernetes.deploy;
