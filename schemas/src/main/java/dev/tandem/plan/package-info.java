/// A migration compiled: what capture, translation and apply need to know of each domain and
/// entity, with every name bound and every mapping typed. Values and pure functions.
@NullMarked
package dev.tandem.plan;

import org.jspecify.annotations.NullMarked;
