// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { startBackbone, type Backbone, type BackboneOptions } from './backbone.ts';
export { sampleItem, sampleMessage } from './sample-message.ts';
export { readStored } from './tap.ts';
