//! Histories at random: several tabs that read, write, fold, change keys, close and die, on storage that may fail at
//! every step, in any order of its answers.

use crate::medium::Fate;
use crate::world::{Op, Turn, World};
use proptest::prelude::*;

const TABS: usize = 3;

#[derive(Debug, Clone)]
enum Event {
    Begin(usize, Op),
    Step(usize, Turn),
}

fn op() -> impl Strategy<Value = Op> {
    let size = prop_oneof![30 => 0..300_usize, 6 => 300..30_000_usize, 1 => Just(300_000)];
    prop_oneof![
        200 => (1..4_usize, size).prop_map(|(count, size)| Op::Write(count, size)),
        // More than a log may hold: its tab folds by itself.
        1 => Just(Op::Write(1, 4_300_000)),
        40 => Just(Op::Read),
        40 => Just(Op::Refresh),
        30 => Just(Op::Fold),
        20 => (0..4_usize).prop_map(Op::ChangeKey),
        20 => Just(Op::Close),
        20 => (0..9_usize).prop_map(Op::Drop),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        80 => Just(Turn::Go(Fate::Pass)),
        8 => Just(Turn::Go(Fate::Lost)),
        2 => Just(Turn::Go(Fate::Full)),
        2 => Just(Turn::Go(Fate::Fails)),
        4 => Just(Turn::Delay),
        3 => Just(Turn::KillTab),
        1 => Just(Turn::KillAll),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (0..TABS, op()).prop_map(|(tab, op)| Event::Begin(tab, op)),
        3 => (0..8_usize, turn()).prop_map(|(which, turn)| Event::Step(which, turn)),
    ]
}

proptest! {
    #[test]
    fn nothing_acknowledged_is_lost_and_nothing_refused_is_kept(
        key in 0..4_usize,
        pages_lost in prop_oneof![2 => Just(0_u64), 1 => 2..40_u64],
        events in proptest::collection::vec(event(), 1..160),
    ) {
        let mut world = World::new(TABS, key);
        world.lose_pages(pages_lost);
        for event in &events {
            match event {
                Event::Begin(tab, op) => world.begin(*tab, op),
                Event::Step(which, turn) => drop(world.step(*which, *turn)),
            }
        }
        world.check();
    }
}
