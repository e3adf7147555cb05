/** The manifests of {@code deploy}, run as processes of this machine. */
package dev.fairlead.app.deploy;
