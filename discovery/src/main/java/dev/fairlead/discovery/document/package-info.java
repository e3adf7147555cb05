/** The kinds of documents: what each may say, field by field, before references are resolved. */
@NullMarked
package dev.fairlead.discovery.document;

import org.jspecify.annotations.NullMarked;
