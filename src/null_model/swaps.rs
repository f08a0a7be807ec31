//! Double-edge swaps and turned triangles.
//!
//! A step picks a slot and another of its layer: `a -> b` and `c -> d`. They become `a -> d` and `c
//! -> b`, unless that repeats an edge or makes an autapse. Where the autapse is the obstacle (`b =
//! c`, or `a = d`), the two edges are a path, and if a third edge of the layer closes it to a
//! directed triangle whose neurons have no other edges among them, the triangle turns around. All
//! other proposals leave the wiring as it is and count as steps.
//!
//! Every proposal is as likely as the one that takes it back: a swap is undone by picking the same
//! two slots, and a triangle is turned by picking any two of its three slots in either order,
//! before and after. So all wirings that the chain reaches are equally likely (skipping steps in
//! which nothing moves would favour some: Roberts and Coolen 2012, doi 10.1103/PhysRevE.85.046103),
//! and with turned triangles it reaches all simple digraphs without autapses that have the same
//! degrees (Rao, Jana and Bandyopadhyay 1996, Sankhya A 58: 225-242); swaps alone cannot turn a
//! directed triangle.

use rand::RngExt;

use super::layers::{Layers, scale};
use super::pairs::Pairs;
use crate::interruption;
use crate::random::ChaCha8Rng;

/// Attempts so many swaps on the targets `post` of the slots; gives the number of attempts in which
/// edges moved.
pub(super) fn swap<P: Pairs>(
    layers: &Layers,
    post: &mut [u32],
    attempts: u64,
    mut present: P,
    random: &mut ChaCha8Rng,
) -> u64 {
    let pre = &layers.pre[..post.len()];
    let layer = &layers.layer[..post.len()];
    pre.iter()
        .zip(&*post)
        .for_each(|(&a, &b)| present.insert(a, b));
    let slots = post.len() as u32;
    let mut accepted = 0;
    let mut words = [0; 128];
    for attempt in 0..attempts {
        // Many words at a time: a call for each would cost as much as the rest.
        let at = attempt as usize % words.len();
        if at == 0 {
            random.fill(&mut words);
            interruption::check();
        }
        let word: u64 = words[at];
        let one = scale(word as u32, slots) as usize;
        let (start, length) = layers.ranges[layer[one] as usize];
        let other = (start + scale((word >> 32) as u32, length)) as usize;
        let ((a, b), (c, d)) = ((pre[one], post[one]), (pre[other], post[other]));
        // One branch for both: shared neurons show up here too, as a present edge or as an autapse.
        if present.has(a, d) | present.has(c, b) {
            if b == c || a == d {
                let path = if b == c { (one, other) } else { (other, one) };
                accepted += u64::from(turn(layers, post, path, &mut present));
            }
            continue;
        }
        present.remove(a, b);
        present.remove(c, d);
        present.insert(a, d);
        present.insert(c, b);
        post[one] = d;
        post[other] = b;
        accepted += 1;
    }
    accepted
}

/// Turns the triangle that begins with the path of two slots, if there is one that can be turned.
#[cold]
fn turn<P: Pairs>(
    layers: &Layers,
    post: &mut [u32],
    path: (usize, usize),
    present: &mut P,
) -> bool {
    let (one, two) = path;
    let (x, y, z) = (layers.pre[one], layers.pre[two], post[two]);
    // A path back to its start is no triangle: `has(x, z)` then holds.
    if !present.has(z, x) || present.has(x, z) || present.has(y, x) || present.has(z, y) {
        return false;
    }
    let (start, length) = layers.ranges[layers.layer[one] as usize];
    let range = start as usize..(start + length) as usize;
    let first = range.start + layers.pre[range.clone()].partition_point(|&pre| pre < z);
    let row = (first..range.end).take_while(|&slot| layers.pre[slot] == z);
    let Some(three) = row.into_iter().find(|&slot| post[slot] == x) else {
        return false;
    };
    for (slot, target) in [(one, z), (two, x), (three, y)] {
        present.remove(layers.pre[slot], post[slot]);
        present.insert(layers.pre[slot], target);
        post[slot] = target;
    }
    true
}
